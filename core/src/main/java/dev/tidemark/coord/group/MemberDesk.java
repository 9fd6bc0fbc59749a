package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicCoordinator;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.ConsumerBeaten;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.consumer.ConsumerCoordinator;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.machine.Command;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Lets members in by either protocol; a group speaks one of them at a time.
///
/// Confined to the machine. Does no I/O.
final class MemberDesk {
    private static final int JOINING = 0;

    private final Conversions conversions;
    private final ClassicCoordinator classicProtocol;
    private final ConsumerCoordinator consumerProtocol;

    MemberDesk(Groups groups, ClassicCoordinator classicProtocol,
            ConsumerCoordinator consumerProtocol) {
        conversions = new Conversions(groups);
        this.classicProtocol = classicProtocol;
        this.consumerProtocol = consumerProtocol;
    }

    void join(Command<?> command, Join join, Outcome<GroupReply> outcome) {
        var request = join.request();
        if (conversions.toClassic(request.groupId(), outcome)) {
            classicProtocol.join(command, join, outcome);
        } else {
            outcome.answer(command.ticket(), new Joined(new JoinGroupResponseData()
                    .setMemberId(request.memberId())
                    .setProtocolName(null)
                    .setErrorCode(Errors.INCONSISTENT_GROUP_PROTOCOL.code())));
        }
    }

    void beat(Command<?> command, ConsumerBeat beat, Outcome<GroupReply> outcome) {
        var request = beat.request();
        if (request.memberEpoch() != JOINING
                || conversions.toConsumer(request.groupId(), outcome)) {
            consumerProtocol.beat(command, beat, outcome);
        } else {
            outcome.answer(command.ticket(), new ConsumerBeaten(
                    new ConsumerGroupHeartbeatResponseData()
                            .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                            .setErrorMessage("Group " + request.groupId()
                                    + " is not a consumer group.")));
        }
    }
}
