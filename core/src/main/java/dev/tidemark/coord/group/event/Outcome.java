package dev.tidemark.coord.group.event;

import dev.tidemark.machine.Decision;
import java.util.ArrayList;
import java.util.List;

/// Collects what comes of one command: events in order, and answers.
///
/// @param <R> replies
///
/// Confined to one decision. Does no I/O.
public final class Outcome<R> {
    private final long calendarMs;
    private final List<GroupEvent> events = new ArrayList<>();
    private final List<Decision.Reply<R>> replies = new ArrayList<>();

    /// @param calendarMs when the command came: the time of what is stored
    public Outcome(long calendarMs) {
        this.calendarMs = calendarMs;
    }

    /// When the command came, by the calendar.
    public long calendarMs() {
        return calendarMs;
    }

    /// Adds an event behind those that are there.
    public void add(GroupEvent event) {
        events.add(event);
    }

    /// Answers the command, or an earlier one, of that ticket.
    public void answer(long ticket, R reply) {
        replies.add(new Decision.Reply<>(ticket, reply));
    }

    /// Drops everything that was collected: the command is refused, and changes nothing.
    public void forget() {
        events.clear();
        replies.clear();
    }

    /// All of it, as the machine returns it.
    public Decision<GroupEvent, R> decision() {
        return new Decision<>(events, replies);
    }
}
