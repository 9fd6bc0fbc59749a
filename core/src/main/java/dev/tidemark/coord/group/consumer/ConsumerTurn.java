package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.classic.ClassicHeir;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupConfig.ConsumerRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent.LookAgain;
import dev.tidemark.coord.group.event.GroupEvent.OfConsumers;
import dev.tidemark.coord.group.event.GroupEvent.RevocationTimed;
import dev.tidemark.coord.group.event.GroupEvent.SessionTouched;
import dev.tidemark.coord.group.event.GroupEvent.TopicsSeen;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.event.StoredGroup;

/// One decision about one consumer group: a draft of it that every event is applied to at once,
/// so that what follows sees what went before.
///
/// Confined to one decision. Does no I/O.
final class ConsumerTurn {
    final ConsumerGroup group;
    final ConsumerRules rules;
    final ConsumerTimes.ByGroup times;
    final long nowMs;
    private final ClassicHeir heir;
    private final Outcome<GroupReply> outcome;

    /// @param group a draft
    /// @param times as of now
    /// @param heir who takes the group over if only members of the classic protocol are left
    ConsumerTurn(ConsumerGroup group, ConsumerRules rules, ConsumerTimes.ByGroup times,
            ClassicHeir heir, long nowMs, Outcome<GroupReply> outcome) {
        this.times = times;
        this.group = group;
        this.rules = rules;
        this.heir = heir;
        this.nowMs = nowMs;
        this.outcome = outcome;
    }

    /// Makes it so.
    void emit(OfConsumers event) {
        group.apply(event);
        outcome.add(event);
    }

    /// When the command came, by the calendar.
    long calendarMs() {
        return outcome.calendarMs();
    }

    /// The member has given a sign of life.
    ///
    /// @param sessionMs how long it may be silent from now on
    void touch(String memberId, int sessionMs) {
        long deadlineMs = nowMs + sessionMs;
        outcome.add(new SessionTouched(group.groupId, memberId, deadlineMs));
    }

    /// The member has to do what it owes in time: give partitions up, join again, ask for its part.
    void timeRevocation(String memberId) {
        int timeoutMs = Math.max(0, group.members.get(memberId).rebalanceTimeoutMs());
        outcome.add(new RevocationTimed(group.groupId, memberId, nowMs + timeoutMs));
    }

    /// The member has to join again in time, which runs from when it was told so first.
    void hurry(String memberId) {
        if (!group.revocations.containsKey(memberId)) {
            timeRevocation(memberId);
        }
    }

    /// The member owes nothing any more.
    void endRevocation(String memberId) {
        if (group.revocations.containsKey(memberId)) {
            outcome.add(new RevocationTimed(
                    group.groupId, memberId, ConsumerGroup.NEVER_MS));
        }
    }

    /// True if there is room for the group among those of the classic protocol.
    boolean isInheritable() {
        return group.members.size() <= heir.maxSize();
    }

    /// The group, which is gone, lives on as a classic one.
    void giveTo(StoredGroup heritage) {
        heir.takeOver(group.groupId, heritage, nowMs, outcome);
    }

    /// The group has taken note of these topics.
    void see(TopicsView topics) {
        group.topics = topics;
        outcome.add(new TopicsSeen(group.groupId, topics));
    }

    /// Asks to be looked at when the next deadline passes.
    void lookAgain() {
        outcome.add(new LookAgain(group.groupId, group.nextDeadlineMs()));
    }
}
