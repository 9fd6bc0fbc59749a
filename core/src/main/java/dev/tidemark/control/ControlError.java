package dev.tidemark.control;

import org.apache.kafka.common.protocol.Errors;

/// An expected answer in Kafka's terms: a code, and a sentence for a person.
///
/// Immutable. Does no I/O.
///
/// @param code what went wrong; [Errors#NONE] if nothing did
/// @param message why, or null where the code says it all
public record ControlError(Errors code, String message) {
    /// It was done.
    public static final ControlError NONE = new ControlError(Errors.NONE, null);

    /// An error whose code needs no further words than Kafka's own.
    public static ControlError of(Errors code) {
        return code == Errors.NONE ? NONE : new ControlError(code, code.message());
    }

    /// True if it was done, or would have been.
    public boolean isNone() {
        return code == Errors.NONE;
    }
}
