package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicReports;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.command.GroupReply.Listed;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.machine.Command;
import java.util.ArrayList;
import java.util.List;
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

    Reports(Groups groups) {
        this.groups = groups;
        classicReports = new ClassicReports(groups.classic());
    }

    void describe(Command<?> command, String groupId, Outcome<GroupReply> outcome) {
        outcome.answer(command.ticket(), new Described(describe(groupId)));
    }

    private DescribedGroup describe(String groupId) {
        if (groups.classic().has(groupId)) {
            return classicReports.describe(groupId);
        }
        if (groups.offsets().has(groupId)) {
            return new DescribedGroup().setGroupId(groupId)
                    .setGroupState(ClassicReports.listOffsetsOnly(groupId).groupState());
        }
        return new DescribedGroup().setGroupId(groupId)
                .setGroupState(DEAD)
                .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                .setErrorMessage("Group " + groupId + " not found.");
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
