package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.event.GroupEvent.AssignmentRemoved;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetRemoved;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import java.util.Set;
import java.util.TreeSet;

/// How members leave a consumer group: for good, for a while, or because their time is over.
///
/// Stateless. Does no I/O.
final class Departures {
    private Departures() {
    }

    /// Takes a member out; the others will share out anew what it had.
    static void leave(ConsumerTurn turn, String memberId) {
        remove(turn, memberId);
        settle(turn);
    }

    /// After some have gone: the others share out anew, or go on as a classic group.
    ///
    /// @return false if it is a classic group now
    static boolean settle(ConsumerTurn turn) {
        if (Downgrade.run(turn)) {
            return false;
        }
        Regexes.dropUnused(turn);
        bump(turn);
        return true;
    }

    /// A static member goes and keeps its place, for as long as its session lasts.
    static void goAway(ConsumerTurn turn, String memberId) {
        var assignment = turn.group.assignment(memberId);
        turn.emit(new AssignmentStored(turn.group.groupId, memberId, new MemberAssignment(
                MemberAssignment.AWAY_EPOCH, assignment.memberEpoch(),
                MemberAssignment.MemberStep.STABLE, assignment.assigned(), HeldPartitions.NONE)));
        turn.endRevocation(memberId);
    }

    /// Takes everything out of the log that is about a member, and nothing else.
    static void remove(ConsumerTurn turn, String memberId) {
        var group = turn.group;
        if (group.assignments.containsKey(memberId)) {
            turn.emit(new AssignmentRemoved(group.groupId, memberId));
        }
        if (group.targets.containsKey(memberId)) {
            turn.emit(new TargetRemoved(group.groupId, memberId));
        }
        turn.emit(new MemberRemoved(group.groupId, memberId));
    }

    /// Takes out all members whose session or time to give something up is over.
    static void expire(ConsumerTurn turn) {
        Set<String> lost = new TreeSet<>();
        turn.group.sessions.forEach((memberId, deadlineMs) -> {
            if (deadlineMs <= turn.nowMs) {
                lost.add(memberId);
            }
        });
        turn.group.revocations.forEach((memberId, deadlineMs) -> {
            if (deadlineMs <= turn.nowMs) {
                lost.add(memberId);
            }
        });
        for (String memberId : lost) {
            remove(turn, memberId);
        }
        if (lost.isEmpty() || settle(turn)) {
            turn.lookAgain();
        }
    }

    /// Raises the group's epoch: targets have to be computed anew. The hash goes by the topics
    /// that were seen last, as nobody brings newer ones when time is what calls.
    private static void bump(ConsumerTurn turn) {
        var group = turn.group;
        long hash = group.topics == null
                ? group.metadataHash : GroupTopics.hash(group, group.topics);
        turn.emit(new ConsumerGroupStored(group.groupId, group.nextEpoch(), hash));
    }
}
