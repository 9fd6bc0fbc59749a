package dev.tidemark.compat.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// What clients of a cluster were told, and what of it is not so in the end.
///
/// A value is the number that its sender gave it: each sender counts on, for each partition, in the
/// order in which it sends. May be used from any thread.
final class ClusterHistory {
    /// What the Java client gives for an offset where a batch was sent again and is known to be in
    /// the log, but not where (`DUPLICATE_SEQUENCE_NUMBER`).
    static final long NO_OFFSET = -1;

    private static final int MOST_OFFENCES = 20;

    /// What a sender sent.
    ///
    /// @param sender its number
    /// @param number of the record, among those of its sender to the partition
    record Sent(int sender, long number) {
    }

    private record Place(TopicPartition partition, long offset) {
    }

    private final Map<TopicPartition, Map<Sent, Long>> acknowledged = new HashMap<>();
    private final Map<TopicPartition, Set<Sent>> sent = new HashMap<>();
    private final Map<Place, Sent> seen = new HashMap<>();
    private final Set<Place> consumed = new HashSet<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final List<String> offences = new ArrayList<>();

    /// A sender is about to send.
    synchronized void sending(TopicPartition partition, Sent value) {
        sent.computeIfAbsent(partition, _ -> new HashSet<>()).add(value);
    }

    /// @param offset [#NO_OFFSET] if the sender was told only that it is there
    synchronized void acknowledged(TopicPartition partition, Sent value, long offset) {
        acknowledged.computeIfAbsent(partition, _ -> new HashMap<>()).put(value, offset);
    }

    /// A reader saw a value, perhaps not for the first time.
    synchronized void seen(TopicPartition partition, long offset, Sent value) {
        Sent before = seen.putIfAbsent(new Place(partition, offset), value);
        if (before != null && !before.equals(value)) {
            offend(partition + "@" + offset + " was read as " + before + ", later as " + value);
        }
    }

    /// The group has done its work on a record.
    synchronized void consumed(TopicPartition partition, long offset) {
        consumed.add(new Place(partition, offset));
    }

    /// The group was told that its offset is kept.
    synchronized void committed(TopicPartition partition, long endOffset) {
        committed.merge(partition, endOffset, Math::max);
    }

    /// A member begins where its group is said to be.
    synchronized void resumed(TopicPartition partition, long offset) {
        long kept = committed.getOrDefault(partition, 0L);
        if (offset < kept) {
            offend(partition + " goes on at " + offset + ", committed was " + kept);
        }
    }

    synchronized long acknowledgedCount() {
        return acknowledged.values().stream().mapToLong(Map::size).sum();
    }

    synchronized long consumedCount() {
        return consumed.size();
    }

    /// Everything that is wrong with what is in the logs in the end.
    ///
    /// @param logs values by partition and offset
    synchronized List<String> offences(Map<TopicPartition, TreeMap<Long, Sent>> logs) {
        acknowledged.forEach((partition, values) ->
                checkKept(partition, values, logs.getOrDefault(partition, new TreeMap<>())));
        logs.forEach(this::checkOrder);
        seen.forEach((place, value) -> {
            var log = logs.getOrDefault(place.partition, new TreeMap<>());
            if (!value.equals(log.get(place.offset))) {
                offend(place + " was read as " + value + ", there is " + log.get(place.offset));
            }
        });
        return List.copyOf(offences);
    }

    /// What the group has not done, of all that is in the logs.
    synchronized List<String> unconsumed(Map<TopicPartition, TreeMap<Long, Sent>> logs) {
        List<String> missing = new ArrayList<>();
        logs.forEach((partition, log) -> log.keySet().forEach(offset -> {
            if (!consumed.contains(new Place(partition, offset))) {
                missing.add(partition + "@" + offset);
            }
        }));
        return missing;
    }

    private void checkKept(TopicPartition partition, Map<Sent, Long> values,
            TreeMap<Long, Sent> log) {
        Set<Sent> anywhere = new HashSet<>(log.values());
        values.forEach((value, offset) -> {
            boolean kept = offset == NO_OFFSET ? anywhere.contains(value)
                    : value.equals(log.get(offset));
            if (!kept) {
                offend("lost: " + value + " was acknowledged at " + partition + "@" + offset
                        + ", there is " + log.get(offset));
            }
        });
    }

    /// Each sender's records are there once and in the order in which they were sent.
    private void checkOrder(TopicPartition partition, TreeMap<Long, Sent> log) {
        Set<Sent> before = new HashSet<>();
        Map<Integer, Long> last = new HashMap<>();
        Set<Sent> real = sent.getOrDefault(partition, Set.of());
        log.forEach((offset, value) -> {
            long previous = last.getOrDefault(value.sender, -1L);
            if (!real.contains(value)) {
                offend("made up: " + value + " at " + partition + "@" + offset);
            } else if (!before.add(value)) {
                offend("duplicated: " + value + " again at " + partition + "@" + offset);
            } else if (value.number < previous) {
                offend("reordered: " + value + " after " + previous + " at " + partition + "@"
                        + offset);
            }
            last.put(value.sender, Math.max(previous, value.number));
        });
    }

    private void offend(String what) {
        if (offences.size() < MOST_OFFENCES) {
            offences.add(what);
        }
    }
}
