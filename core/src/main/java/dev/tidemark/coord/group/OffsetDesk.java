package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicCoordinator;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupCommand.DeleteOffsets;
import dev.tidemark.coord.group.command.GroupCommand.FetchOffsets;
import dev.tidemark.coord.group.command.GroupConfig.OffsetRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Committed;
import dev.tidemark.coord.group.command.GroupReply.Fetched;
import dev.tidemark.coord.group.command.GroupReply.OffsetsDeleted;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.offset.OffsetCommits;
import dev.tidemark.coord.group.offset.OffsetReads;
import dev.tidemark.coord.group.offset.OffsetRemovals;
import dev.tidemark.machine.Command;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;

/// Decides what is asked about offsets: may the caller, and if so, what.
///
/// Confined to the machine. Does no I/O.
final class OffsetDesk {
    private final Groups groups;
    private final ClassicCoordinator classicProtocol;
    private final OffsetCommits commits;
    private final OffsetRemovals removals;

    OffsetDesk(Groups groups, ClassicCoordinator classicProtocol, OffsetRules rules) {
        this.groups = groups;
        this.classicProtocol = classicProtocol;
        commits = new OffsetCommits(rules);
        removals = new OffsetRemovals(groups.offsets(), rules);
    }

    void commit(Command<?> command, CommitOffsets commit, Outcome<GroupReply> outcome) {
        var request = commit.request();
        var owner = groups.owner(request.groupId());
        var claim = OffsetCommits.claim(request, commit.client());
        Errors error = owner.mayCommit(claim);
        if (error != Errors.NONE) {
            outcome.answer(command.ticket(),
                    new Committed(OffsetCommits.refuse(request, error)));
            return;
        }
        classicProtocol.committed(
                request.groupId(), request.memberId(), command.nowMs(), outcome);
        var response = commits.commit(request, command.calendarMs(), (topicId, partition) ->
                owner.mayCommit(claim, topicId, partition), outcome);
        outcome.answer(command.ticket(), new Committed(response));
    }

    void fetch(Command<?> command, FetchOffsets fetch, Outcome<GroupReply> outcome) {
        var request = fetch.request();
        Errors error = groups.owner(request.groupId())
                .mayFetch(request.memberId(), request.memberEpoch());
        var response = error == Errors.NONE
                ? OffsetReads.fetch(groups.offsets(), request, fetch.topics())
                : new OffsetFetchResponseGroup()
                        .setGroupId(request.groupId()).setErrorCode(error.code());
        outcome.answer(command.ticket(), new Fetched(response));
    }

    void delete(Command<?> command, DeleteOffsets delete, Outcome<GroupReply> outcome) {
        var request = delete.request();
        var owner = groups.owner(request.groupId());
        Errors error = groups.has(request.groupId())
                ? owner.mayDelete() : Errors.GROUP_ID_NOT_FOUND;
        var response = error == Errors.NONE
                ? removals.delete(request, owner, outcome)
                : new OffsetDeleteResponseData().setErrorCode(error.code());
        outcome.answer(command.ticket(), new OffsetsDeleted(response));
    }
}
