package dev.tidemark.coord.group.consumer;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.classic.ClassicHeir;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupConfig.ConsumerRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.ConsumerBeaten;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.SessionTouched;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.event.PartitionSet;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.machine.Command;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Decides the consumer group protocol (KIP-848): one heartbeat says what a member wants and has,
/// its answer what it may have.
///
/// Changes nothing: every decision is made on a copy of the group. Confined to the machine. Does
/// no I/O.
public final class ConsumerCoordinator {
    private static final int JOINING = 0;

    private final ConsumerGroups groups;
    private final ConsumerRules rules;
    private final ClassicHeir heir;

    /// @param groups what there is
    /// @param rules the operator's bounds
    /// @param heir who takes groups over in which only the classic protocol is spoken
    public ConsumerCoordinator(ConsumerGroups groups, ConsumerRules rules, ClassicHeir heir) {
        this.groups = groups;
        this.rules = rules;
        this.heir = heir;
    }

    /// ConsumerGroupHeartbeat: to join, to go on, to leave.
    public void beat(Command<?> command, ConsumerBeat beat, Outcome<GroupReply> outcome) {
        var request = beat.request();
        var group = groups.get(request.groupId());
        if (group == null && request.memberEpoch() != JOINING) {
            refuse(command, new Refusal(Errors.GROUP_ID_NOT_FOUND,
                    "Group " + request.groupId() + " not found."), outcome);
        } else if (request.memberEpoch() < JOINING) {
            leave(command, request, outcome);
        } else if (group != null && isQuiet(group, beat)) {
            outcome.add(new SessionTouched(group.groupId, request.memberId(),
                    command.nowMs() + beat.times().sessionMs()));
            answer(command, beat.times(), Answers.to(request.memberId(),
                    group.assignment(request.memberId()), Answers.isFullRequest(request)),
                    outcome);
        } else {
            move(command, beat, turn(request.groupId(), command.nowMs(), outcome), outcome);
        }
    }

    /// A member joins a group of the classic protocol, which becomes one of this.
    ///
    /// @param classic what is known of it; its members are consumers that can be understood
    /// @param outcome in which the group has been taken from its old protocol
    public void upgrade(Command<?> command, ConsumerBeat beat, StoredGroup classic,
            Outcome<GroupReply> outcome) {
        var turn = turn(beat.request().groupId(), command.nowMs(), outcome);
        new Upgrade(turn, classic, beat.topics()).run();
        move(command, beat, turn, outcome);
    }

    /// True if the heartbeat says and asks nothing new, as nearly all of them do.
    private static boolean isQuiet(ConsumerGroup group, ConsumerBeat beat) {
        var request = beat.request();
        var member = group.members.get(request.memberId());
        boolean fromMember = member != null && (request.instanceId() == null
                || request.instanceId().equals(member.instanceId()));
        return fromMember
                && request.memberEpoch() != JOINING
                && request.memberEpoch() == group.assignment(request.memberId()).memberEpoch()
                && group.groupEpoch == group.assignmentEpoch
                && group.isSettled(request.memberId())
                && group.topics != null
                && group.topics.version() >= beat.topics().version()
                && !SubscriptionUpdate.of(member, request, beat.client()).isChange();
    }

    private void move(Command<?> command, ConsumerBeat beat, ConsumerTurn turn,
            Outcome<GroupReply> outcome) {
        var request = beat.request();
        boolean joins = request.memberEpoch() == JOINING;
        String memberId = joins ? joiningId(request, command.seed()) : request.memberId();
        PartitionSet owned = Answers.owned(request);
        Refusal refusal = Regexes.whyNot(request.subscribedTopicRegex());
        if (refusal == null) {
            refusal = joins
                    ? Arrivals.join(turn, request, memberId)
                    : Arrivals.goOn(turn.group, request, owned);
        }
        if (refusal != null) {
            refuse(command, refusal, outcome);
            return;
        }
        var update = SubscriptionUpdate.of(
                turn.group.members.get(memberId), request, beat.client());
        HeldPartitions before = turn.group.assignment(memberId).assigned();
        TopicsView topics = latest(turn.group.topics, beat.topics());
        subscribe(turn, memberId, update, topics);
        Targeting.run(turn, topics);
        new Reconciling(turn, memberId, owned, topics).run();
        turn.touch(memberId, beat.times().sessionMs());
        boolean changed = !before.partitions().equals(
                turn.group.assignment(memberId).assigned().partitions());
        answer(command, beat.times(), Answers.to(memberId, turn.group.assignment(memberId),
                joins || changed || Answers.isFullRequest(request)), outcome);
    }

    /// A heartbeat may have waited behind one that brought newer news.
    static TopicsView latest(TopicsView seen, TopicsView brought) {
        return seen != null && seen.version() > brought.version() ? seen : brought;
    }

    private static String joiningId(ConsumerGroupHeartbeatRequestData request, long seed) {
        if (!request.memberId().isEmpty()) {
            return request.memberId();
        }
        var random = new Prng(seed);
        return new Uuid(random.nextLong(), random.nextLong()).toString();
    }

    /// Takes over what the member says of itself, and raises the group's epoch if that, or the
    /// topics, give reason to assign anew.
    static void subscribe(ConsumerTurn turn, String memberId, SubscriptionUpdate update,
            TopicsView topics) {
        var group = turn.group;
        if (update.isChange()) {
            turn.emit(new MemberStored(group.groupId, memberId, update.after()));
            Regexes.update(turn, update.after().regex(), topics);
        }
        boolean sawOther = group.topics == null || group.topics.version() != topics.version();
        boolean bump = update.movesGroup();
        long hash = group.metadataHash;
        if (bump || sawOther) {
            bump |= Regexes.refresh(turn, topics);
            hash = GroupTopics.hash(group, topics);
        }
        if (bump || hash != group.metadataHash) {
            turn.emit(new ConsumerGroupStored(group.groupId, group.nextEpoch(), hash));
        }
        if (sawOther) {
            turn.see(topics);
        }
    }

    private void leave(Command<?> command, ConsumerGroupHeartbeatRequestData request,
            Outcome<GroupReply> outcome) {
        var turn = turn(request.groupId(), command.nowMs(), outcome);
        Refusal refusal =
                Arrivals.known(turn.group, request.memberId(), request.instanceId());
        if (refusal != null) {
            refuse(command, refusal, outcome);
            return;
        }
        if (request.memberEpoch() == MemberAssignment.AWAY_EPOCH) {
            Departures.goAway(turn, request.memberId());
        } else {
            Departures.leave(turn, request.memberId());
        }
        outcome.answer(command.ticket(), new ConsumerBeaten(
                Answers.farewell(request.memberId(), request.memberEpoch())));
    }

    /// Does what is due in one group.
    public void expire(String groupId, long nowMs, Outcome<GroupReply> outcome) {
        Departures.expire(turn(groupId, nowMs, outcome));
    }

    /// A turn of a group that may be new.
    ConsumerTurn turn(String groupId, long nowMs, Outcome<GroupReply> outcome) {
        var group = groups.get(groupId);
        var draft = group == null ? new ConsumerGroup(groupId) : group.copy();
        return new ConsumerTurn(draft, rules, groups.times(), heir, nowMs, outcome);
    }

    private static void answer(Command<?> command, ConsumerTimes times,
            ConsumerGroupHeartbeatResponseData response, Outcome<GroupReply> outcome) {
        outcome.answer(command.ticket(), new ConsumerBeaten(
                response.setHeartbeatIntervalMs(times.heartbeatMs())));
    }

    private static void refuse(Command<?> command, Refusal refusal, Outcome<GroupReply> outcome) {
        // A group that was to change its protocol for this member stays as it is.
        outcome.forget();
        outcome.answer(command.ticket(), new ConsumerBeaten(Answers.refusal(refusal)));
    }
}
