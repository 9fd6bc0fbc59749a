package dev.tidemark.coord.group;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// When each group wants to be looked at, and which is the first.
///
/// A time may be earlier than the group's real deadline, never later: signs of life move deadlines
/// away without a word here, and whoever comes too early finds that out and asks anew.
///
/// Confined to the machine. Does no I/O.
final class Deadlines {
    private static final long NEVER_MS = Long.MAX_VALUE;

    private final Map<String, Due> byGroup = new HashMap<>();
    private final TreeSet<Due> inOrder = new TreeSet<>();

    /// Sets the group's time; `Long.MAX_VALUE` for none.
    void set(String groupId, long dueMs) {
        var old = byGroup.get(groupId);
        if (old != null && old.dueMs == dueMs) {
            return;
        }
        if (old != null) {
            inOrder.remove(old);
            byGroup.remove(groupId);
        }
        if (dueMs != NEVER_MS) {
            var due = new Due(dueMs, groupId);
            byGroup.put(groupId, due);
            inOrder.add(due);
        }
    }

    /// Sets the group's time, if that is earlier than what it has.
    void atMost(String groupId, long dueMs) {
        var old = byGroup.get(groupId);
        if (old == null || old.dueMs > dueMs) {
            set(groupId, dueMs);
        }
    }

    /// The earliest time of all; `Long.MAX_VALUE` for none.
    long nextMs() {
        return inOrder.isEmpty() ? NEVER_MS : inOrder.first().dueMs;
    }

    /// The groups whose time has come, in the order of their times.
    List<String> due(long nowMs) {
        List<String> groups = new ArrayList<>();
        for (var due : inOrder) {
            if (due.dueMs > nowMs) {
                break;
            }
            groups.add(due.groupId);
        }
        return groups;
    }

    void clear() {
        byGroup.clear();
        inOrder.clear();
    }

    private record Due(long dueMs, String groupId) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(dueMs, other.dueMs);
            return byTime != 0 ? byTime : groupId.compareTo(other.groupId);
        }
    }
}
