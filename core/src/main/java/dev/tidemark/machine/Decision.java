package dev.tidemark.machine;

import java.util.List;

/// What a machine makes of a command: events to append and apply, replies to send once the last
/// of them is committed (at once if there is none and nothing earlier is uncommitted).
///
/// @param events in the order in which they are to be applied
/// @param replies any number: a command may be parked (none now) or release others (several)
public record Decision<E, R>(List<E> events, List<Reply<R>> replies) {
    /// Nothing to write, one answer.
    public static <E, R> Decision<E, R> reply(long ticket, R value) {
        return new Decision<>(List.of(), List.of(new Reply<>(ticket, value)));
    }

    /// Nothing at all: the command waits, or there was nothing to do.
    public static <E, R> Decision<E, R> none() {
        return new Decision<>(List.of(), List.of());
    }

    /// An answer to one caller.
    ///
    /// @param ticket the [Command#ticket] it answers
    /// @param value the answer
    public record Reply<R>(long ticket, R value) {
    }
}
