package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicCoordinator;
import dev.tidemark.coord.group.command.GroupCommand.Beat;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupConfig.ConsumerRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.ConsumerBeaten;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.consumer.ConsumerCoordinator;
import dev.tidemark.coord.group.consumer.Guests;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.machine.Command;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Lets members in by either protocol: a classic group has members of that alone, a consumer group
/// serves both (KIP-848, migration).
///
/// Confined to the machine. Does no I/O.
final class MemberDesk {
    private static final int JOINING = 0;

    private final Conversions conversions;
    private final ClassicCoordinator classicProtocol;
    private final ConsumerCoordinator consumerProtocol;
    private final Guests guests;
    private final Groups groups;
    private final ConsumerRules rules;

    MemberDesk(Groups groups, ClassicCoordinator classicProtocol,
            ConsumerCoordinator consumerProtocol, ConsumerRules rules) {
        conversions = new Conversions(groups);
        this.groups = groups;
        this.rules = rules;
        guests = new Guests(consumerProtocol);
        this.classicProtocol = classicProtocol;
        this.consumerProtocol = consumerProtocol;
    }

    void join(Command<?> command, Join join, Outcome<GroupReply> outcome) {
        var request = join.request();
        Errors error = classicProtocol.check(request);
        if (error != Errors.NONE) {
            outcome.answer(command.ticket(), new Joined(new JoinGroupResponseData()
                    .setMemberId(request.memberId())
                    .setProtocolName(null)
                    .setErrorCode(error.code())));
        } else if (conversions.toClassic(request.groupId(), outcome)) {
            classicProtocol.join(command, join, outcome);
        } else {
            guests.join(command, join, outcome);
        }
    }

    void sync(Command<?> command, Sync sync, Outcome<GroupReply> outcome) {
        if (groups.consumer().has(sync.request().groupId())) {
            guests.sync(command, sync, outcome);
        } else {
            classicProtocol.sync(command, sync.request(), outcome);
        }
    }

    void beat(Command<?> command, Beat beat, Outcome<GroupReply> outcome) {
        if (groups.consumer().has(beat.request().groupId())) {
            guests.beat(command, beat.request(), outcome);
        } else {
            classicProtocol.beat(command, beat.request(), outcome);
        }
    }

    void leave(Command<?> command, Leave leave, Outcome<GroupReply> outcome) {
        if (groups.consumer().has(leave.groupId())) {
            guests.leave(command, leave, outcome);
        } else {
            classicProtocol.leave(command, leave, outcome);
        }
    }

    void beat(Command<?> command, ConsumerBeat beat, Outcome<GroupReply> outcome) {
        var request = beat.request();
        if (request.memberEpoch() != JOINING
                || conversions.toConsumer(request.groupId(), outcome)) {
            consumerProtocol.beat(command, beat, outcome);
            return;
        }
        var classic = rules.migration().allowsUpgrade()
                ? classicProtocol.transferable(request.groupId()) : null;
        if (classic == null || classic.members().size() > rules.maxSize()) {
            outcome.answer(command.ticket(), new ConsumerBeaten(
                    new ConsumerGroupHeartbeatResponseData()
                            .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                            .setErrorMessage("Group " + request.groupId()
                                    + " is not a consumer group, and can't become one now.")));
            return;
        }
        classicProtocol.handOver(request.groupId(), outcome);
        consumerProtocol.upgrade(command, beat, classic, outcome);
    }
}
