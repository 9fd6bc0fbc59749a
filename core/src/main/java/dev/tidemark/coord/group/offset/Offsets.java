package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.OffsetCommitted;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// All committed offsets of one coordinator: group, topic, partition.
///
/// Topics and partitions are sorted, so that answers and snapshots have one order. Confined to the
/// machine. Does no I/O.
public final class Offsets {
    private final Map<String, NavigableMap<String, NavigableMap<Integer, CommittedOffset>>> groups =
            new HashMap<>();

    /// Keeps an offset in place of the one before.
    public void put(String groupId, String topic, int partition, CommittedOffset value) {
        groups.computeIfAbsent(groupId, _ -> new TreeMap<>())
                .computeIfAbsent(topic, _ -> new TreeMap<>())
                .put(partition, value);
    }

    /// Forgets an offset, and the topic and group that have none left.
    public void remove(String groupId, String topic, int partition) {
        var topics = groups.get(groupId);
        var partitions = topics == null ? null : topics.get(topic);
        if (partitions == null) {
            return;
        }
        partitions.remove(partition);
        if (partitions.isEmpty()) {
            topics.remove(topic);
        }
        if (topics.isEmpty()) {
            groups.remove(groupId);
        }
    }

    /// The offset of one partition; null if none is committed.
    public CommittedOffset get(String groupId, String topic, int partition) {
        var partitions = partitions(groupId, topic);
        return partitions.get(partition);
    }

    /// True if the group has committed anything.
    public boolean has(String groupId) {
        return groups.containsKey(groupId);
    }

    /// The groups that have committed anything, sorted.
    public List<String> groupIds() {
        return groups.keySet().stream().sorted().toList();
    }

    /// The offsets of a group by topic and partition; empty if it has none.
    public SortedMap<String, NavigableMap<Integer, CommittedOffset>> of(String groupId) {
        var topics = groups.get(groupId);
        return topics == null ? Collections.emptySortedMap() : topics;
    }

    /// The offsets of a group in one topic; empty if it has none.
    public SortedMap<Integer, CommittedOffset> partitions(String groupId, String topic) {
        var partitions = of(groupId).get(topic);
        return partitions == null ? Collections.emptySortedMap() : partitions;
    }

    /// Adds the events that rebuild all of it.
    public void snapshotInto(List<GroupEvent> events) {
        for (String groupId : groupIds()) {
            of(groupId).forEach((topic, partitions) -> partitions.forEach((partition, value) ->
                    events.add(new OffsetCommitted(groupId, topic, partition, value))));
        }
    }

    /// Forgets everything.
    public void clear() {
        groups.clear();
    }
}
