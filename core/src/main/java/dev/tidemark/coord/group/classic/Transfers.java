package dev.tidemark.coord.group.classic;

import static dev.tidemark.coord.group.classic.ClassicMember.NO_TICKET;

import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.event.StoredGroup;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// A group with members changes hands: out to the newer protocol, or in from it.
///
/// Stateless. Does no I/O.
final class Transfers {
    private Transfers() {
    }

    /// What the newer protocol needs to know of a group.
    ///
    /// @return null if the group can't go there: its members are no consumers, or their bytes hold
    ///     what the newer protocol has no place for
    static StoredGroup outgoing(ClassicGroup group) {
        if (!group.protocolType.equals(ClassicGroup.CONSUMER)) {
            return null;
        }
        var draft = group.copy();
        if (!allSupport(draft)) {
            draft.protocolName = Ballot.winner(draft);
        }
        for (var member : draft.members.values()) {
            if (draft.protocolName == null
                    || Embedded.subscription(member.metadata(draft.protocolName)) == null
                    || !isUnderstood(member.assignment())) {
                return null;
            }
        }
        return Stores.toStored(draft);
    }

    private static boolean allSupport(ClassicGroup group) {
        for (var member : group.members.values()) {
            if (!member.supports(group.protocolName)) {
                return false;
            }
        }
        return true;
    }

    /// Bytes of an assignor of the users' own would be lost on the way.
    private static boolean isUnderstood(byte[] assignment) {
        if (assignment.length == 0) {
            return true;
        }
        var parsed = Embedded.assignment(assignment);
        return parsed != null
                && (parsed.userData() == null || !parsed.userData().hasRemaining());
    }

    /// Lets go of a group: whoever waits in it is told to join again.
    static void handOver(ClassicGroup group, Outcome<GroupReply> outcome) {
        for (var member : group.members.values()) {
            if (member.joinTicket() != NO_TICKET) {
                outcome.answer(member.joinTicket(), new Joined(ClassicTurn.joinError(
                        member.memberId(), Errors.REBALANCE_IN_PROGRESS)));
            }
            if (member.syncTicket() != NO_TICKET) {
                outcome.answer(member.syncTicket(), new Synced(new SyncGroupResponseData()
                        .setErrorCode(Errors.REBALANCE_IN_PROGRESS.code())));
            }
        }
        outcome.add(new ClassicRemoved(group.groupId));
    }

    /// Takes a group in, and begins a rebalance.
    ///
    /// The log gets a generation that no member has: should the rebalance be forgotten by a crash,
    /// each is told so with its next heartbeat, and joins again.
    static void takeIn(ClassicTurn turn, StoredGroup group, Outcome<?> outcome) {
        outcome.add(new ClassicStored(turn.group.groupId, new StoredGroup(group.protocolType(),
                turn.group.nextGenerationId(), group.protocolName(), group.leaderId(),
                group.stateTimestampMs(), group.members())));
        Rebalance.changed(turn);
        turn.finish(true);
    }
}
