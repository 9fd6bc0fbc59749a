package dev.tidemark.coord.group.consumer;

import dev.tidemark.base.Marks;
import dev.tidemark.coord.group.assign.Assignor;
import dev.tidemark.coord.group.assign.Sharing;
import dev.tidemark.coord.group.assign.Sharing.Worker;
import dev.tidemark.coord.group.assign.UniformAssignor;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.consumer.GroupTopics.Interest;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Computes what each member is to have, once the group's epoch is ahead of its targets', but not
/// too often.
///
/// Stateless. Does no I/O.
final class Targeting {
    private Targeting() {
    }

    /// Computes the targets, if that is due.
    static void run(ConsumerTurn turn, TopicsView view) {
        var group = turn.group;
        if (!isDue(turn)) {
            return;
        }
        Marks.hit("the partitions of a consumer group are shared out");
        var named = Assignor.named(assignorName(group, turn.rules.assignors().getFirst()));
        Assignor assignor = named == null ? new UniformAssignor() : named;
        assignor.assign(sharing(group, view)).forEach((memberId, target) -> {
            if (!target.equals(group.targets.get(memberId))) {
                turn.emit(new TargetStored(group.groupId, memberId, target));
            }
        });
        turn.emit(new TargetEpochStored(group.groupId, group.groupEpoch, turn.nowMs));
    }

    /// True if the targets are of an older epoch than the group, and may be computed. After each
    /// time that waits for an interval (KIP-1263), so that many who join share one computation.
    static boolean isDue(ConsumerTurn turn) {
        var group = turn.group;
        if (!group.hasTargets || group.groupEpoch == group.assignmentEpoch) {
            return !group.hasTargets;
        }
        long sinceMs = turn.nowMs - group.assignedAtMs;
        // A clock that was put back is no reason to wait for long.
        return sinceMs < 0 || sinceMs >= turn.times.of(group.groupId).assignmentMs();
    }

    /// The assignor that most members ask for; of equals, the one asked for first.
    ///
    /// @param byDefault where no member asks for any
    static String assignorName(ConsumerGroup group, String byDefault) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (var member : group.members.values()) {
            if (member.assignor() != null) {
                votes.merge(member.assignor(), 1, Integer::sum);
            }
        }
        String winner = null;
        for (var vote : votes.entrySet()) {
            winner = winner == null || vote.getValue() > votes.get(winner)
                    ? vote.getKey() : winner;
        }
        return winner == null || Assignor.named(winner) == null ? byDefault : winner;
    }

    private static Sharing sharing(ConsumerGroup group, TopicsView view) {
        var ids = GroupTopics.ids(group, view);
        SortedMap<String, Worker> workers = new TreeMap<>();
        group.members.forEach((memberId, member) -> workers.put(memberId, new Worker(
                member.instanceId(), ids.get(Interest.of(member)), group.target(memberId))));
        SortedMap<Uuid, Integer> counts = new TreeMap<>();
        for (var topics : ids.values()) {
            for (Uuid id : topics) {
                counts.computeIfAbsent(id, _ -> view.partitionCount(view.nameOf(id)));
            }
        }
        return new Sharing(workers, counts);
    }
}
