package dev.tidemark.coord.group.classic;

import java.util.List;

/// What a classic group does when a deadline of its own has passed.
///
/// Stateless. Does no I/O.
final class Expiring {
    private Expiring() {
    }

    static void run(ClassicTurn turn) {
        var group = turn.group;
        int before = group.members.size();
        group.pendingJoins.forEach((memberId, deadlineMs) -> {
            if (deadlineMs <= turn.nowMs) {
                group.pendingJoins.take(memberId);
            }
        });
        dropLost(turn);
        Rebalance.afterLeave(turn, before);
        if (group.syncDeadlineMs <= turn.nowMs) {
            dropUnsynced(turn);
        }
        if (group.round != null && group.round.deadlineMs() <= turn.nowMs) {
            Rebalance.deadline(turn);
        }
    }

    private static void dropLost(ClassicTurn turn) {
        for (var member : List.copyOf(turn.group.members.values())) {
            if (member.isLost(turn.nowMs)) {
                Leaving.remove(turn, member);
            }
        }
    }

    /// Members that joined the generation and never asked for their part hold it up no longer.
    private static void dropUnsynced(ClassicTurn turn) {
        turn.group.syncDeadlineMs = ClassicGroup.NEVER_MS;
        if (turn.group.pendingSyncs.isEmpty()) {
            return;
        }
        int before = turn.group.members.size();
        for (String memberId : turn.group.pendingSyncs.keySet()) {
            Leaving.remove(turn, turn.group.member(memberId));
        }
        Rebalance.afterLeave(turn, before);
    }
}
