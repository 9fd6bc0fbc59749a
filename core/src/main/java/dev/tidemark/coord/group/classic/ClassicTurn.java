package dev.tidemark.coord.group.classic;

import static dev.tidemark.coord.group.classic.ClassicMember.NO_TICKET;

import dev.tidemark.coord.group.command.GroupConfig.ClassicRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.GroupEvent.LiveChanged;
import dev.tidemark.coord.group.event.Outcome;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// One decision about one classic group: the draft that it changes, and what comes of it.
///
/// Nothing has happened until [#finish] has put the draft into an event. Confined to one
/// decision. Does no I/O.
final class ClassicTurn {
    /// How long one that has no id yet may wait for its first generation: nobody can tell whether
    /// it is still there.
    static final long NEWCOMER_MS = 5 * 60 * 1000;

    final ClassicGroup group;
    final ClassicRules rules;
    final long nowMs;
    private final Outcome<GroupReply> outcome;
    private boolean stored;

    ClassicTurn(
            ClassicGroup group, ClassicRules rules, long nowMs, Outcome<GroupReply> outcome) {
        this.group = group;
        this.rules = rules;
        this.nowMs = nowMs;
        this.outcome = outcome;
    }

    void answer(long ticket, GroupReply reply) {
        outcome.answer(ticket, reply);
    }

    void refuseJoin(long ticket, String memberId, Errors error) {
        answer(ticket, new Joined(joinError(memberId, error)));
    }

    void refuseSync(long ticket, Errors error) {
        answer(ticket, new Synced(new SyncGroupResponseData().setErrorCode(error.code())));
    }

    static JoinGroupResponseData joinError(String memberId, Errors error) {
        return new JoinGroupResponseData()
                .setMemberId(memberId)
                .setProtocolName(null)
                .setErrorCode(error.code());
    }

    void enter(ClassicPhase phase) {
        group.phase = phase;
        group.phaseSinceMs = outcome.calendarMs();
    }

    /// The member has given a sign of life.
    void touch(ClassicMember member) {
        group.put(member.withDeadline(nowMs + member.timeouts().sessionMs()));
    }

    /// Answers everything that a member waits for in this way, and returns it as one that waits
    /// for nothing.
    ClassicMember dismiss(ClassicMember member, Errors error) {
        if (member.awaitsJoin()) {
            refuseJoin(member.joinTicket(), member.memberId(), error);
        }
        if (member.awaitsSync()) {
            refuseSync(member.syncTicket(), error);
        }
        return member.withJoinTicket(NO_TICKET).withSyncTicket(NO_TICKET);
    }

    /// Writes the generation as it stands.
    void store() {
        outcome.add(new ClassicStored(group.groupId, Stores.toStored(group)));
        stored = true;
    }

    /// Makes the draft the state.
    ///
    /// @param wasStored whether the log knows of the group without this decision
    void finish(boolean wasStored) {
        boolean forgotten = group.isVacant() && !wasStored && !stored;
        outcome.add(new LiveChanged(group.groupId, forgotten ? null : group));
    }
}
