package dev.tidemark.coord.group.classic;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupConfig.ClassicRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Beaten;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Left;
import dev.tidemark.coord.group.event.GroupEvent.LookAgain;
import dev.tidemark.coord.group.event.GroupEvent.SessionTouched;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.machine.Command;
import java.util.UUID;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.Errors;

/// Decides the classic group protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup, and time.
///
/// Changes nothing: every decision is made on a copy of the group. Confined to the machine. Does
/// no I/O.
public final class ClassicCoordinator implements ClassicHeir {
    private final ClassicGroups groups;
    private final ClassicRules rules;

    /// @param groups what there is
    /// @param rules the operator's bounds
    public ClassicCoordinator(ClassicGroups groups, ClassicRules rules) {
        this.groups = groups;
        this.rules = rules;
    }

    /// JoinGroup. The answer may wait for others.
    public void join(Command<?> command, Join join, Outcome<GroupReply> outcome) {
        JoinGroupRequestData request = join.request();
        Errors error = check(request);
        if (error == Errors.NONE && !request.memberId().isEmpty()
                && !groups.has(request.groupId())) {
            error = Errors.UNKNOWN_MEMBER_ID;
        }
        if (error != Errors.NONE) {
            outcome.answer(command.ticket(),
                    new Joined(ClassicTurn.joinError(request.memberId(), error)));
            return;
        }
        var turn = turn(request.groupId(), command.nowMs(), outcome);
        new Joining(turn, request, join.client(), command.ticket())
                .run(freshId(request, join.client(), command.seed()));
        turn.finish(groups.isStored(request.groupId()));
    }

    /// Whether the request keeps the operator's bounds, whatever its group is.
    public Errors check(JoinGroupRequestData request) {
        return request.sessionTimeoutMs() < rules.minSessionTimeoutMs()
                || request.sessionTimeoutMs() > rules.maxSessionTimeoutMs()
                ? Errors.INVALID_SESSION_TIMEOUT : Errors.NONE;
    }

    /// An id for a member that has none.
    public static String freshId(JoinGroupRequestData request, ClientInfo client, long seed) {
        var random = new Prng(seed);
        String name = request.groupInstanceId() == null
                ? client.clientId() : request.groupInstanceId();
        return name + "-" + new UUID(random.nextLong(), random.nextLong());
    }

    /// SyncGroup. The answer may wait for the leader.
    public void sync(Command<?> command, SyncGroupRequestData request,
            Outcome<GroupReply> outcome) {
        var turn = turn(request.groupId(), command.nowMs(), outcome);
        if (groups.has(request.groupId())) {
            Syncing.run(turn, request, command.ticket());
            turn.finish(groups.isStored(request.groupId()));
        } else {
            turn.refuseSync(command.ticket(), Errors.UNKNOWN_MEMBER_ID);
        }
    }

    /// Heartbeat.
    public void beat(Command<?> command, HeartbeatRequestData request,
            Outcome<GroupReply> outcome) {
        var group = groups.get(request.groupId());
        Errors error = group == null ? Errors.UNKNOWN_MEMBER_ID : Membership.check(group,
                request.memberId(), request.groupInstanceId(), request.generationId());
        if (error == Errors.NONE) {
            touch(group, request.memberId(), command.nowMs(), outcome);
            error = switch (group.phase) {
                case EMPTY -> Errors.UNKNOWN_MEMBER_ID;
                case PREPARING -> Errors.REBALANCE_IN_PROGRESS;
                case COMPLETING, STABLE -> Errors.NONE;
            };
        }
        outcome.answer(command.ticket(),
                new Beaten(new HeartbeatResponseData().setErrorCode(error.code())));
    }

    /// A member committed: that is a sign of life, too.
    public void committed(String groupId, String memberId, long nowMs,
            Outcome<GroupReply> outcome) {
        var group = groups.get(groupId);
        if (group != null && group.member(memberId) != null) {
            touch(group, memberId, nowMs, outcome);
        }
    }

    private static void touch(ClassicGroup group, String memberId, long nowMs,
            Outcome<GroupReply> outcome) {
        long sessionMs = group.member(memberId).timeouts().sessionMs();
        outcome.add(new SessionTouched(group.groupId, memberId, nowMs + sessionMs));
    }

    /// LeaveGroup.
    public void leave(Command<?> command, Leave leave, Outcome<GroupReply> outcome) {
        if (!groups.has(leave.groupId())) {
            outcome.answer(command.ticket(), new Left(Leaving.unknown(leave.members())));
            return;
        }
        var turn = turn(leave.groupId(), command.nowMs(), outcome);
        turn.answer(command.ticket(), new Left(Leaving.run(turn, leave.members())));
        turn.finish(groups.isStored(leave.groupId()));
    }

    /// What another protocol needs to know to take the group over; null if it can't.
    public StoredGroup transferable(String groupId) {
        return Transfers.outgoing(groups.get(groupId));
    }

    /// Lets go of a group, for another protocol to take it over.
    public void handOver(String groupId, Outcome<GroupReply> outcome) {
        Transfers.handOver(groups.get(groupId), outcome);
    }

    /// How many members a group may have that comes from another protocol.
    @Override
    public int maxSize() {
        return rules.maxSize();
    }

    /// Takes a group over from another protocol, and has its members join again.
    @Override
    public void takeOver(String groupId, StoredGroup group, long nowMs,
            Outcome<GroupReply> outcome) {
        var live = Stores.toLive(groupId, group, nowMs);
        Transfers.takeIn(new ClassicTurn(live, rules, nowMs, outcome), group, outcome);
    }

    /// Does what is due in one group.
    public void expire(String groupId, long nowMs, Outcome<GroupReply> outcome) {
        var turn = turn(groupId, nowMs, outcome);
        Expiring.run(turn);
        turn.finish(groups.isStored(groupId));
        outcome.add(new LookAgain(groupId, turn.group.nextDeadlineMs()));
    }

    private ClassicTurn turn(String groupId, long nowMs, Outcome<GroupReply> outcome) {
        var group = groups.get(groupId);
        var draft = group == null ? new ClassicGroup(groupId) : group.copy();
        return new ClassicTurn(draft, rules, nowMs, outcome);
    }
}
