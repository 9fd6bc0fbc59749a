package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.classic.ClassicCoordinator;
import dev.tidemark.coord.group.classic.Embedded;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Beaten;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Left;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.machine.Command;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves members that speak the classic protocol in a consumer group, while it is on its way
/// from one protocol to the other.
///
/// To a guest its member epoch is a generation. It is never a leader: JoinGroup takes its
/// subscription, and takes it a step towards its target; SyncGroup tells it what it has; its
/// heartbeats say when to join again. Nobody waits for anybody.
///
/// Changes nothing: every decision is made on a copy of the group. Confined to the machine. Does
/// no I/O.
public final class Guests {
    private static final String CONSUMER = "consumer";
    private static final String NO_ID = "";
    private static final int TWO_STEPS_FROM = 4;

    private final ConsumerCoordinator protocol;

    /// @param protocol of the group's other members
    public Guests(ConsumerCoordinator protocol) {
        this.protocol = protocol;
    }

    /// JoinGroup.
    public void join(Command<?> command, Join join, Outcome<GroupReply> outcome) {
        var request = join.request();
        var turn = protocol.turn(request.groupId(), command.nowMs(), outcome);
        var said = subscription(request);
        Errors error = said == null ? Errors.INCONSISTENT_GROUP_PROTOCOL
                : Invitations.check(turn, request);
        String freshId = ClassicCoordinator.freshId(request, join.client(), command.seed());
        boolean hasNoId = request.memberId().equals(NO_ID);
        if (error == Errors.NONE && hasNoId && request.groupInstanceId() == null
                && join.client().apiVersion() >= TWO_STEPS_FROM) {
            outcome.answer(command.ticket(),
                    refuseJoin(freshId, Errors.MEMBER_ID_REQUIRED));
        } else if (error != Errors.NONE) {
            outcome.answer(command.ticket(), refuseJoin(request.memberId(), error));
        } else {
            String memberId = hasNoId ? freshId : request.memberId();
            enter(turn, join, said, memberId);
            outcome.answer(command.ticket(), welcome(turn.group, memberId));
        }
    }

    private static void enter(ConsumerTurn turn, Join join, ConsumerProtocolSubscription said,
            String memberId) {
        var request = join.request();
        var group = turn.group;
        String present = request.groupInstanceId() == null
                ? null : group.memberOf(request.groupInstanceId());
        if (present != null && !present.equals(memberId)) {
            Arrivals.takePlace(turn, present, memberId);
        }
        var update = SubscriptionUpdate.ofGuest(
                group.members.get(memberId), request, said, join.client());
        var topics = ConsumerCoordinator.latest(group.topics, join.topics());
        ConsumerCoordinator.subscribe(turn, memberId, update, topics);
        Targeting.run(turn, topics);
        new Reconciling(turn, memberId, Embedded.owned(said, topics), topics).run();
        turn.touch(memberId, request.sessionTimeoutMs());
        turn.timeRevocation(memberId);
    }

    private static ConsumerProtocolSubscription subscription(JoinGroupRequestData request) {
        for (var protocol : request.protocols()) {
            return request.protocolType().equals(CONSUMER)
                    ? Embedded.subscription(protocol.metadata()) : null;
        }
        return null;
    }

    private static Joined refuseJoin(String memberId, Errors error) {
        return new Joined(new JoinGroupResponseData()
                .setMemberId(memberId).setProtocolName(null).setErrorCode(error.code()));
    }

    private static Joined welcome(ConsumerGroup group, String memberId) {
        return new Joined(new JoinGroupResponseData()
                .setMemberId(memberId)
                .setGenerationId(group.assignment(memberId).memberEpoch())
                .setProtocolType(CONSUMER)
                .setProtocolName(group.members.get(memberId).classic().first().name()));
    }

    /// SyncGroup.
    public void sync(Command<?> command, Sync sync, Outcome<GroupReply> outcome) {
        var request = sync.request();
        var turn = protocol.turn(request.groupId(), command.nowMs(), outcome);
        String memberId = request.memberId();
        Errors error = Invitations.check(turn.group, memberId, request.groupInstanceId(),
                request.generationId());
        if (error == Errors.NONE) {
            error = Invitations.check(turn.group, request);
        }
        if (error == Errors.NONE && hasToJoinBeforeSync(turn.group, memberId)) {
            turn.hurry(memberId);
            error = Errors.REBALANCE_IN_PROGRESS;
        }
        if (error != Errors.NONE) {
            outcome.answer(command.ticket(),
                    new Synced(new SyncGroupResponseData().setErrorCode(error.code())));
            return;
        }
        var classic = turn.group.members.get(memberId).classic();
        turn.endRevocation(memberId);
        turn.touch(memberId, classic.sessionMs());
        outcome.answer(command.ticket(), new Synced(new SyncGroupResponseData()
                .setProtocolType(CONSUMER)
                .setProtocolName(classic.first().name())
                .setAssignment(Embedded.write(
                        turn.group.assignment(memberId).assigned().partitions(),
                        classic.first().metadata(),
                        ConsumerCoordinator.latest(turn.group.topics, sync.topics())))));
    }

    /// A member that has to give something up is told so by its part; another takes the way to
    /// newer targets first.
    private static boolean hasToJoinBeforeSync(ConsumerGroup group, String memberId) {
        var assignment = group.assignment(memberId);
        return group.assignmentEpoch != assignment.memberEpoch()
                && assignment.progress() != MemberStep.REVOKING;
    }

    /// Heartbeat.
    public void beat(Command<?> command, HeartbeatRequestData request,
            Outcome<GroupReply> outcome) {
        var turn = protocol.turn(request.groupId(), command.nowMs(), outcome);
        String memberId = request.memberId();
        Errors error = Invitations.check(turn.group, memberId, request.groupInstanceId(),
                request.generationId());
        if (error == Errors.NONE) {
            turn.touch(memberId, turn.group.members.get(memberId).classic().sessionMs());
            if (Downgrade.run(turn)) {
                error = Errors.REBALANCE_IN_PROGRESS;
            } else if (hasToJoin(turn, memberId)) {
                turn.hurry(memberId);
                error = Errors.REBALANCE_IN_PROGRESS;
            }
        }
        outcome.answer(command.ticket(),
                new Beaten(new HeartbeatResponseData().setErrorCode(error.code())));
    }

    /// There are newer targets, or can be as soon as somebody joins; or there is something to give
    /// up, or what was missing is free now.
    private static boolean hasToJoin(ConsumerTurn turn, String memberId) {
        var group = turn.group;
        var assignment = group.assignment(memberId);
        return assignment.memberEpoch() != group.assignmentEpoch
                || Targeting.isDue(turn)
                || assignment.progress() == MemberStep.REVOKING
                || (assignment.progress() == MemberStep.WAITING
                        && Reconciling.canTakeAll(group, memberId));
    }

    /// LeaveGroup, of members of either protocol.
    public void leave(Command<?> command, Leave leave, Outcome<GroupReply> outcome) {
        var turn = protocol.turn(leave.groupId(), command.nowMs(), outcome);
        List<MemberResponse> answers = new ArrayList<>(leave.members().size());
        int before = turn.group.members.size();
        for (var leaver : leave.members()) {
            Errors error = leave(turn, leaver);
            answers.add(new MemberResponse()
                    .setMemberId(leaver.memberId())
                    .setGroupInstanceId(leaver.groupInstanceId())
                    .setErrorCode(error.code()));
        }
        if (turn.group.members.size() < before) {
            Departures.settle(turn);
        }
        outcome.answer(command.ticket(),
                new Left(new LeaveGroupResponseData().setMembers(answers)));
    }

    private static Errors leave(ConsumerTurn turn, MemberIdentity leaver) {
        String memberId = leaver.memberId();
        if (memberId.equals(NO_ID) && leaver.groupInstanceId() != null) {
            String present = turn.group.memberOf(leaver.groupInstanceId());
            memberId = present == null ? NO_ID : present;
        }
        Refusal refusal = Arrivals.known(turn.group, memberId, leaver.groupInstanceId());
        if (refusal != null) {
            return refusal.error();
        }
        Departures.remove(turn, memberId);
        return Errors.NONE;
    }
}
