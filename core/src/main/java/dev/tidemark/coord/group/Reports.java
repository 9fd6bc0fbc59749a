package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicReports;
import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.command.GroupReply.Listed;
import dev.tidemark.coord.group.consumer.ConsumerReports;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.machine.Command;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.Errors;

/// Answers what admins ask about groups.
///
/// Confined to the machine. Does no I/O.
final class Reports {
    private static final String DEAD = "Dead";

    private final Groups groups;
    private final ClassicReports classicReports;
    private final ConsumerReports consumerReports;

    Reports(Groups groups, String defaultAssignor) {
        this.groups = groups;
        consumerReports = new ConsumerReports(groups.consumer(), defaultAssignor);
        classicReports = new ClassicReports(groups.classic());
    }

    void describe(Command<?> command, String groupId, Outcome<GroupReply> outcome) {
        outcome.answer(command.ticket(), new Described(describe(groupId)));
    }

    private DescribedGroup describe(String groupId) {
        if (groups.classic().has(groupId)) {
            return classicReports.describe(groupId);
        }
        if (groups.consumer().has(groupId)) {
            return notFound(groupId, "Group " + groupId + " is not a classic group.");
        }
        if (groups.offsets().has(groupId)) {
            return new DescribedGroup().setGroupId(groupId)
                    .setGroupState(ClassicReports.listOffsetsOnly(groupId).groupState());
        }
        return notFound(groupId, "Group " + groupId + " not found.");
    }

    private static DescribedGroup notFound(String groupId, String message) {
        return new DescribedGroup().setGroupId(groupId)
                .setGroupState(DEAD)
                .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                .setErrorMessage(message);
    }

    void describe(Command<?> command, DescribeConsumer request, Outcome<GroupReply> outcome) {
        String groupId = request.groupId();
        var answer = groups.consumer().has(groupId)
                ? consumerReports.describe(groupId, request.topics())
                : new ConsumerGroupDescribeResponseData.DescribedGroup()
                        .setGroupId(groupId)
                        .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                        .setErrorMessage("Group " + groupId + (groups.has(groupId)
                                ? " is not a consumer group." : " not found."));
        outcome.answer(command.ticket(), new ConsumerDescribed(answer));
    }

    void list(Command<?> command, ListGroups request, Outcome<GroupReply> outcome) {
        List<ListedGroup> listed = new ArrayList<>();
        for (String groupId : groups.groupIds()) {
            var line = line(groupId);
            if (isWanted(request.states(), line.groupState())
                    && isWanted(request.types(), line.groupType())) {
                listed.add(line);
            }
        }
        outcome.answer(command.ticket(), new Listed(listed));
    }

    private ListedGroup line(String groupId) {
        if (groups.consumer().has(groupId)) {
            return consumerReports.list(groupId);
        }
        return groups.classic().has(groupId)
                ? classicReports.list(groupId) : ClassicReports.listOffsetsOnly(groupId);
    }

    private static boolean isWanted(List<String> filter, String name) {
        for (String wanted : filter) {
            if (wanted.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return filter.isEmpty();
    }
}
