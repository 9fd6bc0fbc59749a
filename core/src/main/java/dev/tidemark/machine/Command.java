package dev.tidemark.machine;

/// A command, with all that a machine may not ask for itself, stamped when it was accepted.
///
/// @param ticket names the caller, so that a reply finds it; unique per machine
/// @param nowMs calendar time in milliseconds since 1970
/// @param seed a random number, for identifiers and jitter
/// @param body what is asked
public record Command<C>(long ticket, long nowMs, long seed, C body) {
}
