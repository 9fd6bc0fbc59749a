package dev.tidemark.coord.group.classic;

import static dev.tidemark.coord.group.classic.ClassicMember.NO_TICKET;

import dev.tidemark.coord.group.command.GroupReply.Synced;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// One SyncGroup request: a member asks for its part, and the leader brings everybody's.
///
/// Stateless. Does no I/O.
final class Syncing {
    private Syncing() {
    }

    static void run(ClassicTurn turn, SyncGroupRequestData request, long ticket) {
        Errors error = check(turn.group, request);
        if (error != Errors.NONE) {
            turn.refuseSync(ticket, error);
            return;
        }
        var member = turn.group.member(request.memberId());
        turn.group.pendingSyncs.remove(member.memberId());
        if (turn.group.phase == ClassicPhase.STABLE) {
            turn.touch(member);
            turn.answer(ticket, part(turn.group, member));
            return;
        }
        if (member.awaitsSync()) {
            // The client has given the earlier one up.
            turn.refuseSync(member.syncTicket(), Errors.REBALANCE_IN_PROGRESS);
        }
        turn.group.put(member.withSyncTicket(ticket));
        if (turn.group.isLeader(member.memberId())) {
            assign(turn, request);
        }
    }

    private static Errors check(ClassicGroup group, SyncGroupRequestData request) {
        Errors error = Membership.check(group, request.memberId(), request.groupInstanceId(),
                request.generationId());
        if (error != Errors.NONE) {
            return error;
        }
        if (differs(request.protocolType(), group.protocolType)
                || differs(request.protocolName(), group.protocolName)) {
            return Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        return switch (group.phase) {
            case EMPTY -> Errors.UNKNOWN_MEMBER_ID;
            case PREPARING -> Errors.REBALANCE_IN_PROGRESS;
            case COMPLETING, STABLE -> Errors.NONE;
        };
    }

    private static boolean differs(String said, String known) {
        return said != null && known != null && !said.equals(known);
    }

    private static void assign(ClassicTurn turn, SyncGroupRequestData request) {
        Map<String, byte[]> parts = new HashMap<>();
        for (var assignment : request.assignments()) {
            parts.put(assignment.memberId(), assignment.assignment());
        }
        var group = turn.group;
        turn.enter(ClassicPhase.STABLE);
        for (var member : List.copyOf(group.members.values())) {
            byte[] part = parts.getOrDefault(member.memberId(), ClassicMember.NOTHING);
            var assigned = member.withAssignment(part);
            if (member.awaitsSync()) {
                turn.answer(member.syncTicket(), part(group, assigned));
                turn.touch(assigned.withSyncTicket(NO_TICKET));
            } else {
                group.put(assigned);
            }
        }
        turn.store();
    }

    private static Synced part(ClassicGroup group, ClassicMember member) {
        return new Synced(new SyncGroupResponseData()
                .setProtocolType(group.protocolType)
                .setProtocolName(group.protocolName)
                .setAssignment(member.assignment()));
    }
}
