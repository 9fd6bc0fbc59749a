package dev.tidemark.machine;

/// A command, with all that a machine may not ask for itself, stamped when it was accepted.
///
/// @param ticket names the caller, so that a reply finds it; unique per machine
/// @param nowMs for deadlines: milliseconds that go on by monotonic time alone, whatever the
///     calendar does; where a leadership begins it is the calendar's
/// @param calendarMs calendar time in milliseconds since 1970, for what is kept or shown
/// @param seed a random number, for identifiers and jitter
/// @param body what is asked
public record Command<C>(long ticket, long nowMs, long calendarMs, long seed, C body) {
    /// With a calendar that never jumped.
    public Command(long ticket, long nowMs, long seed, C body) {
        this(ticket, nowMs, nowMs, seed, body);
    }
}
