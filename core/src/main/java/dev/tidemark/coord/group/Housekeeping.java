package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicCoordinator;
import dev.tidemark.coord.group.command.GroupConfig.OffsetRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Deleted;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.consumer.ConsumerCoordinator;
import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ExpirySwept;
import dev.tidemark.coord.group.event.GroupEvent.LookAgain;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.offset.OffsetRemovals;
import dev.tidemark.machine.Command;
import java.util.List;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.protocol.Errors;

/// Clears away: groups that an admin deletes, offsets of deleted topics, what time has ended.
///
/// Confined to the machine. Does no I/O.
final class Housekeeping {
    private static final String ALL_GROUPS = "";

    private final Groups groups;
    private final ClassicCoordinator classicProtocol;
    private final ConsumerCoordinator consumerProtocol;
    private final OffsetRemovals removals;
    private final OffsetRules rules;

    Housekeeping(Groups groups, ClassicCoordinator classicProtocol,
            ConsumerCoordinator consumerProtocol, OffsetRules rules) {
        this.groups = groups;
        this.classicProtocol = classicProtocol;
        this.consumerProtocol = consumerProtocol;
        this.rules = rules;
        removals = new OffsetRemovals(groups.offsets(), rules);
    }

    void delete(Command<?> command, String groupId, Outcome<GroupReply> outcome) {
        Errors error = Errors.NONE;
        if (!groups.has(groupId)) {
            error = Errors.GROUP_ID_NOT_FOUND;
        } else if (!groups.isEmpty(groupId)) {
            error = Errors.NON_EMPTY_GROUP;
        } else {
            removals.deleteAll(groupId, outcome);
            removeGroup(groupId, outcome);
        }
        outcome.answer(command.ticket(), new Deleted(new DeletableGroupResult()
                .setGroupId(groupId).setErrorCode(error.code())));
    }

    void forgetTopics(Command<?> command, List<String> topics, Outcome<GroupReply> outcome) {
        removals.forgetTopics(topics, outcome);
        outcome.answer(command.ticket(), new GroupReply.Done());
    }

    void keepTopics(Command<?> command, TopicsView topics, Outcome<GroupReply> outcome) {
        removals.keepTopics(topics, outcome);
        outcome.answer(command.ticket(), new GroupReply.Done());
    }

    /// Does what is due in one group.
    void expire(String groupId, long nowMs, Outcome<GroupReply> outcome) {
        if (groups.classic().has(groupId)) {
            classicProtocol.expire(groupId, nowMs, outcome);
        } else if (groups.consumer().has(groupId)) {
            consumerProtocol.expire(groupId, nowMs, outcome);
        } else {
            outcome.add(new LookAgain(groupId, Long.MAX_VALUE));
        }
    }

    /// Looks for offsets that nobody has used for long, and for groups that nothing is left of.
    void sweep(long nowMs, Outcome<GroupReply> outcome) {
        for (String groupId : groups.groupIds()) {
            boolean nothingLeft =
                    removals.expire(groupId, groups.owner(groupId), outcome);
            if (nothingLeft && groups.isVacant(groupId)) {
                removeGroup(groupId, outcome);
            }
        }
        outcome.add(new ExpirySwept(ALL_GROUPS, nowMs + rules.checkIntervalMs()));
    }

    private void removeGroup(String groupId, Outcome<GroupReply> outcome) {
        if (groups.classic().has(groupId)) {
            outcome.add(new ClassicRemoved(groupId));
        } else if (groups.consumer().has(groupId)) {
            groups.consumer().removal(groupId).forEach(outcome::add);
        }
    }
}
