package dev.tidemark.sim.group;

import dev.tidemark.coord.group.command.TopicsView;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// The topics of a simulated group's world, at one time. A topic's id is made of its name.
///
/// @param counts partitions by name
record SeededTopics(long version, SortedMap<String, Integer> counts) implements TopicsView {
    private static final long IDS = 77;

    /// Copies the map.
    SeededTopics {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    /// These topics with another number of partitions of one; 0 takes it away.
    SeededTopics with(String name, int count) {
        var changed = new TreeMap<>(counts);
        changed.put(name, count);
        changed.values().removeIf(size -> size == 0);
        return new SeededTopics(version + 1, changed);
    }

    private static Uuid id(String name) {
        return new Uuid(IDS, name.hashCode());
    }

    @Override
    public Uuid idOf(String topic) {
        return counts.containsKey(topic) ? id(topic) : Uuid.ZERO_UUID;
    }

    @Override
    public String nameOf(Uuid topicId) {
        for (String name : counts.keySet()) {
            if (id(name).equals(topicId)) {
                return name;
            }
        }
        return null;
    }

    @Override
    public int partitionCount(String topic) {
        return counts.getOrDefault(topic, 0);
    }

    @Override
    public Collection<String> names() {
        return counts.keySet();
    }
}
