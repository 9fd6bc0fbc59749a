package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.replica.Partition;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// The partitions that this node has, by topic name and by topic id.
///
/// Changed by the loop that applies metadata alone; read from any loop. An entry is never changed
/// in place: a topic that grows gets a new one.
public final class Partitions {
    private final ConcurrentHashMap<String, Entry> byName = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Uuid, Entry> byId = new ConcurrentHashMap<>();

    /// One topic's partitions.
    ///
    /// @param name the topic's name
    /// @param id the topic's id
    /// @param all by number; null where this node keeps no replica
    public record Entry(String name, Uuid id, Partition[] all) {
        /// True if the topic has a partition of that number, here or elsewhere.
        public boolean has(int index) {
            return index >= 0 && index < all.length;
        }

        /// Why [#get] gives no partition of that number.
        public static Errors refusal(Entry entry, int index) {
            return entry != null && entry.has(index)
                    ? Errors.NOT_LEADER_OR_FOLLOWER : Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }

        /// The partition of that number; null if there is none, or this node keeps none of its
        /// replicas.
        public Partition get(int index) {
            return index < 0 || index >= all.length ? null : all[index];
        }
    }

    /// The topic of that name, or null.
    public Entry topic(String name) {
        return byName.get(name);
    }

    /// The topic of that id, or null.
    public Entry topic(Uuid id) {
        return byId.get(id);
    }

    /// The partition of the topic of that name, or null.
    public Partition get(String topic, int index) {
        Entry entry = byName.get(topic);
        return entry == null ? null : entry.get(index);
    }

    /// The partition of the topic of that id, or null.
    public Partition get(Uuid topicId, int index) {
        Entry entry = byId.get(topicId);
        return entry == null ? null : entry.get(index);
    }

    /// Adds a topic, or replaces it by itself with more partitions.
    public void put(Entry entry) {
        Entry before = byId.put(entry.id(), entry);
        check(before == null || before.all().length <= entry.all().length,
                "a topic never loses partitions", entry.all().length);
        byName.put(entry.name(), entry);
    }

    /// Takes a topic away.
    public void remove(Uuid topicId) {
        Entry gone = byId.remove(topicId);
        if (gone != null) {
            byName.remove(gone.name(), gone);
        }
    }

    /// All topics, in no particular order: for work whose order nobody can see.
    public Iterable<Entry> entries() {
        return byId.values();
    }
}
