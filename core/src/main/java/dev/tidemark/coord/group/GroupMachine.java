package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicCoordinator;
import dev.tidemark.coord.group.classic.ClassicGroups;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupCommand.Beat;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupCommand.DeleteGroup;
import dev.tidemark.coord.group.command.GroupCommand.DeleteOffsets;
import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupCommand.FetchOffsets;
import dev.tidemark.coord.group.command.GroupCommand.ForgetTopics;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.KeepTopics;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupCommand.Tick;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.consumer.ConsumerCoordinator;
import dev.tidemark.coord.group.consumer.ConsumerGroups;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.GroupEvent.ExpirySwept;
import dev.tidemark.coord.group.event.GroupEvent.LiveChanged;
import dev.tidemark.coord.group.event.GroupEvent.LookAgain;
import dev.tidemark.coord.group.event.GroupEvent.OfConsumers;
import dev.tidemark.coord.group.event.GroupEvent.OffsetCommitted;
import dev.tidemark.coord.group.event.GroupEvent.OffsetRemoved;
import dev.tidemark.coord.group.event.GroupEvent.RevocationTimed;
import dev.tidemark.coord.group.event.GroupEvent.SessionTouched;
import dev.tidemark.coord.group.event.GroupEvent.TopicsSeen;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.offset.Offsets;
import dev.tidemark.machine.Command;
import dev.tidemark.machine.Decision;
import dev.tidemark.machine.StateMachine;
import java.util.ArrayList;
import java.util.List;

/// The group coordinator of one partition of `__consumer_offsets`: the groups whose ids hash to
/// it, their members, and the offsets that they commit.
///
/// Offsets, generations and epochs are in the log. Sessions, rebalances under way and those who
/// wait for them are the leader's alone: after a change of leader, members are taken to be alive
/// for one more session, and what was under way begins again.
///
/// Time is the calendar's: a clock that jumps ahead ends sessions early, and clients join again.
/// Confined to the loop of its partition. Does no I/O.
public final class GroupMachine implements StateMachine<GroupCommand, GroupEvent, GroupReply> {
    private final Offsets offsets = new Offsets();
    private final ClassicGroups classic = new ClassicGroups();
    private final ConsumerGroups consumer;
    private final Deadlines deadlines = new Deadlines();
    private final MemberDesk members;
    private final Housekeeping housekeeping;
    private final OffsetDesk desk;
    private final Reports reports;
    private final GroupConfig config;
    private long nextSweepMs = Long.MAX_VALUE;

    /// @param config the operator's settings, for the life of the machine
    public GroupMachine(GroupConfig config) {
        this(config, groupId -> config.consumer().times());
    }

    /// @param times what admins set for single groups; asked when leadership begins, as commands
    ///     bring what holds for them
    public GroupMachine(GroupConfig config, ConsumerTimes.ByGroup times) {
        this.config = config;
        consumer = new ConsumerGroups(times);
        var groups = new Groups(offsets, classic, consumer);
        var classicProtocol = new ClassicCoordinator(classic, config.classic());
        var consumerProtocol =
                new ConsumerCoordinator(consumer, config.consumer(), classicProtocol);
        desk = new OffsetDesk(groups, classicProtocol, config.offsets());
        housekeeping = new Housekeeping(
                groups, classicProtocol, consumerProtocol, config.offsets());
        members = new MemberDesk(
                groups, classicProtocol, consumerProtocol, config.consumer());
        reports = new Reports(groups, config.consumer().assignors().getFirst());
    }

    @Override
    public Decision<GroupEvent, GroupReply> decide(Command<GroupCommand> command) {
        var outcome = new Outcome<GroupReply>(command.calendarMs());
        switch (command.body()) {
            case CommitOffsets c -> desk.commit(command, c, outcome);
            case FetchOffsets c -> desk.fetch(command, c, outcome);
            case DeleteOffsets c -> desk.delete(command, c, outcome);
            case DeleteGroup c -> housekeeping.delete(command, c.groupId(), outcome);
            case ForgetTopics c -> housekeeping.forgetTopics(command, c.topics(), outcome);
            case KeepTopics c -> housekeeping.keepTopics(command, c.topics(), outcome);
            case Join c -> members.join(command, c, outcome);
            case Sync c -> members.sync(command, c, outcome);
            case Beat c -> members.beat(command, c, outcome);
            case Leave c -> members.leave(command, c, outcome);
            case DescribeClassic c -> reports.describe(command, c.groupId(), outcome);
            case ConsumerBeat c -> members.beat(command, c, outcome);
            case DescribeConsumer c -> reports.describe(command, c, outcome);
            case ListGroups c -> reports.list(command, c, outcome);
            case Tick _ -> tick(command, outcome);
        }
        return outcome.decision();
    }

    private void tick(Command<GroupCommand> command, Outcome<GroupReply> outcome) {
        for (String groupId : deadlines.due(command.nowMs())) {
            housekeeping.expire(groupId, command.nowMs(), outcome);
        }
        if (command.nowMs() >= nextSweepMs) {
            housekeeping.sweep(command.nowMs(), outcome);
        }
        outcome.answer(command.ticket(), new GroupReply.Done());
    }

    @Override
    public void apply(long offset, GroupEvent event) {
        switch (event) {
            case OffsetCommitted e ->
                    offsets.put(e.groupId(), e.topic(), e.partition(), e.value());
            case OffsetRemoved e -> offsets.remove(e.groupId(), e.topic(), e.partition());
            case ClassicStored e -> classic.store(e.groupId(), e.value());
            case ClassicRemoved e -> {
                classic.remove(e.groupId());
                deadlines.set(e.groupId(), Long.MAX_VALUE);
            }
            case LiveChanged e -> deadlines.atMost(
                    e.groupId(), classic.change(e.groupId(), e.state()));
            case OfConsumers e -> {
                if (consumer.apply(e)) {
                    deadlines.set(e.groupId(), Long.MAX_VALUE);
                }
            }
            case SessionTouched e -> touch(e);
            case RevocationTimed e -> {
                consumer.timeRevocation(e.groupId(), e.memberId(), e.deadlineMs());
                deadlines.atMost(e.groupId(), e.deadlineMs());
            }
            case TopicsSeen e -> consumer.see(e.groupId(), e.topics());
            case LookAgain e -> deadlines.set(e.groupId(), e.dueMs());
            case ExpirySwept e -> nextSweepMs = e.nextMs();
        }
    }

    private void touch(SessionTouched session) {
        if (consumer.has(session.groupId())) {
            consumer.touch(session.groupId(), session.memberId(), session.deadlineMs());
        } else {
            classic.touch(session.groupId(), session.memberId(), session.deadlineMs());
        }
        deadlines.atMost(session.groupId(), session.deadlineMs());
    }

    @Override
    public long nextDeadlineMs() {
        return Math.min(nextSweepMs, deadlines.nextMs());
    }

    @Override
    public GroupCommand tick() {
        return new Tick();
    }

    @Override
    public boolean isSoft(GroupEvent event) {
        return event instanceof GroupEvent.Soft;
    }

    @Override
    public List<GroupEvent> snapshot() {
        List<GroupEvent> events = new ArrayList<>();
        classic.snapshotInto(events);
        consumer.snapshotInto(events);
        offsets.snapshotInto(events);
        return events;
    }

    @Override
    public void becomeLeader(long nowMs) {
        classic.becomeLeader(nowMs, config.classic().maxSize());
        for (String groupId : classic.groupIds()) {
            deadlines.set(groupId, classic.nextDeadlineMs(groupId));
        }
        consumer.becomeLeader(nowMs);
        for (String groupId : consumer.groupIds()) {
            deadlines.set(groupId, consumer.nextDeadlineMs(groupId));
        }
        nextSweepMs = nowMs + config.offsets().checkIntervalMs();
    }

    @Override
    public List<Decision.Reply<GroupReply>> resign() {
        var outcome = new Outcome<GroupReply>(0);
        classic.resign(outcome);
        consumer.clear();
        offsets.clear();
        deadlines.clear();
        nextSweepMs = Long.MAX_VALUE;
        return outcome.decision().replies();
    }
}
