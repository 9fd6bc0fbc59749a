package dev.tidemark.coord.group.event;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Partitions that a member holds, each with the epoch at which it was given to it. Immutable.
///
/// A commit of an older epoch than that comes from somebody who held the partition before.
///
/// @param byTopic topic to partition to assignment epoch, sorted; no topic stands empty
public record HeldPartitions(SortedMap<Uuid, SortedMap<Integer, Integer>> byTopic) {
    /// No partition at all.
    public static final HeldPartitions NONE = new HeldPartitions(Collections.emptySortedMap());

    /// The epoch of a partition that is not held.
    public static final int NOT_HELD = -1;

    /// Copies what is there; topics without partitions are left out.
    public static HeldPartitions of(Map<Uuid, ? extends Map<Integer, Integer>> held) {
        SortedMap<Uuid, SortedMap<Integer, Integer>> sorted = new TreeMap<>();
        held.forEach((topicId, epochs) -> {
            if (!epochs.isEmpty()) {
                sorted.put(topicId, Collections.unmodifiableSortedMap(new TreeMap<>(epochs)));
            }
        });
        return sorted.isEmpty()
                ? NONE : new HeldPartitions(Collections.unmodifiableSortedMap(sorted));
    }

    /// The partitions of one topic with their epochs; empty if there is none.
    public SortedMap<Integer, Integer> of(Uuid topicId) {
        return byTopic.getOrDefault(topicId, Collections.emptySortedMap());
    }

    /// The epoch at which a partition was given, or [#NOT_HELD].
    public int epochOf(Uuid topicId, int partition) {
        return of(topicId).getOrDefault(partition, NOT_HELD);
    }

    /// True if there is none.
    public boolean isEmpty() {
        return byTopic.isEmpty();
    }

    /// The partitions without their epochs.
    public PartitionSet partitions() {
        SortedMap<Uuid, Set<Integer>> indexes = new TreeMap<>();
        byTopic.forEach((topicId, epochs) -> indexes.put(topicId, epochs.keySet()));
        return PartitionSet.of(indexes);
    }
}
