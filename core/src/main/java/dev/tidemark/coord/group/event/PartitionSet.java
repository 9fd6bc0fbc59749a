package dev.tidemark.coord.group.event;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Some partitions of some topics, for example those that a member is to have. Immutable.
///
/// @param byTopic sorted, without repetition; no topic stands without a partition
public record PartitionSet(SortedMap<Uuid, List<Integer>> byTopic) {
    /// No partition at all.
    public static final PartitionSet NONE = new PartitionSet(Collections.emptySortedMap());

    /// Takes partitions in any order.
    public static PartitionSet of(Map<Uuid, ? extends Collection<Integer>> partitions) {
        SortedMap<Uuid, List<Integer>> sorted = new TreeMap<>();
        partitions.forEach((topicId, indexes) -> {
            if (!indexes.isEmpty()) {
                sorted.put(topicId, indexes.stream().sorted().distinct().toList());
            }
        });
        return sorted.isEmpty()
                ? NONE : new PartitionSet(Collections.unmodifiableSortedMap(sorted));
    }

    /// The partitions of one topic, sorted; empty if there is none.
    public List<Integer> of(Uuid topicId) {
        return byTopic.getOrDefault(topicId, List.of());
    }

    /// True if this partition is among them.
    public boolean contains(Uuid topicId, int index) {
        return Collections.binarySearch(of(topicId), index) >= 0;
    }

    /// True if there is none.
    public boolean isEmpty() {
        return byTopic.isEmpty();
    }

    /// How many partitions there are, of all topics.
    public int count() {
        int count = 0;
        for (var indexes : byTopic.values()) {
            count += indexes.size();
        }
        return count;
    }
}
