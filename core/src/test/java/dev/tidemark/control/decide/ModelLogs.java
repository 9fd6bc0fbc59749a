package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What one partition's replicas hold, in the plainest words: a list of numbers per broker, and how
/// many of the numbers nobody may lose.
///
/// Holds every state that the controller gives the partition against what it promises.
final class ModelLogs {
    private final TreeMap<Integer, List<Integer>> logs = new TreeMap<>();
    private final Map<Integer, Integer> leaders = new HashMap<>();
    private List<Integer> committed = List.of();
    private PartitionImage state;
    private int nextRecord;

    List<Integer> logOf(int broker) {
        return logs.getOrDefault(broker, List.of());
    }

    List<Integer> committed() {
        return committed;
    }

    void emptied(int broker) {
        logs.remove(broker);
    }

    /// The leader takes a record.
    void append(int leader) {
        var log = new ArrayList<>(logOf(leader));
        log.add(nextRecord++);
        logs.put(leader, log);
    }

    /// A follower takes some of what its leader has, and drops what the leader has not.
    void fetch(int leader, int follower, int most) {
        var theirs = logOf(leader);
        var mine = logOf(follower);
        int common = 0;
        while (common < Math.min(mine.size(), theirs.size())
                && mine.get(common).equals(theirs.get(common))) {
            common++;
        }
        int end = (int) Math.min(theirs.size(), (long) common + most);
        logs.put(follower, new ArrayList<>(theirs.subList(0, end)));
    }

    boolean hasAllOf(int follower, int leader) {
        return logOf(follower).equals(logOf(leader));
    }

    /// The leader commits what all in sync have, unless somebody is eligible who is not in sync.
    void commit() {
        if (state.isOffline() || !state.elr().isEmpty()) {
            return;
        }
        var leading = logOf(state.leader());
        int end = leading.size();
        for (int member : state.isr()) {
            int same = 0;
            var log = logOf(member);
            while (same < Math.min(end, log.size()) && log.get(same).equals(leading.get(same))) {
                same++;
            }
            end = Math.min(end, same);
        }
        if (end > committed.size()) {
            committed = List.copyOf(leading.subList(0, end));
        }
    }

    /// The controller gives the partition this state.
    ///
    /// @param absent brokers whose disk is gone, which the controller can't know yet
    void become(PartitionImage next, Set<Integer> absent) {
        if (state != null && !next.equals(state)) {
            assertThat(next.partitionEpoch()).isGreaterThan(state.partitionEpoch());
            assertThat(next.leaderEpoch()).isGreaterThanOrEqualTo(state.leaderEpoch());
        }
        assertThat(next.replicas()).doesNotHaveDuplicates().isNotEmpty();
        for (var part : List.of(next.isr(), next.elr(), next.addingReplicas(),
                next.removingReplicas())) {
            assertThat(part).doesNotHaveDuplicates().isSubsetOf(next.replicas());
        }
        assertThat(next.isr()).noneMatch(next.elr()::contains);
        assertThat(leaders.merge(next.leaderEpoch(), next.leader(), (known, now) -> known))
                .as("one leader in epoch %s", next.leaderEpoch()).isEqualTo(next.leader());
        if (isUnclean(next)) {
            committed = commonPrefix(committed, logOf(next.leader()));
        }
        state = next;
        for (var eligible : List.of(next.isr(), next.elr())) {
            for (int broker : eligible) {
                if (!absent.contains(broker)) {
                    var log = logOf(broker);
                    assertThat(log.subList(0, Math.min(log.size(), committed.size())))
                            .as("broker %s in %s", broker, next).isEqualTo(committed);
                }
            }
        }
    }

    /// True if the leader was elected just now although it may lack records.
    private boolean isUnclean(PartitionImage next) {
        return state != null && next.recovery() == Recovery.RECOVERING
                && next.leaderEpoch() > state.leaderEpoch() && !next.isOffline()
                && !state.isr().contains(next.leader()) && !state.elr().contains(next.leader());
    }

    private static List<Integer> commonPrefix(List<Integer> some, List<Integer> other) {
        int end = 0;
        while (end < Math.min(some.size(), other.size())
                && some.get(end).equals(other.get(end))) {
            end++;
        }
        return List.copyOf(some.subList(0, end));
    }
}
