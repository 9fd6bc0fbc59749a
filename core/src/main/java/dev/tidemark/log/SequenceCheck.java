package dev.tidemark.log;

import org.apache.kafka.common.protocol.Errors;

/// What [ProducerState] says of an idempotent producer's next batch.
public sealed interface SequenceCheck {
    /// The batch follows the last one: append it.
    Next NEXT = new Next();

    /// The batch follows the last one, or begins a new epoch.
    record Next() implements SequenceCheck {
    }

    /// The batch is in the log already: answer as for the original, once that is committed.
    ///
    /// @param baseOffset the original's first offset
    /// @param lastOffset the original's last offset (inclusive)
    /// @param timestampMs the original's highest timestamp
    record Duplicate(long baseOffset, long lastOffset, long timestampMs)
            implements SequenceCheck {
    }

    /// The batch is in the log already, but where is forgotten.
    ///
    /// @param endOffset it is below that (exclusive)
    record Past(long endOffset) implements SequenceCheck {
    }

    /// The batch must not be appended.
    record Refused(Errors error, String message) implements SequenceCheck {
    }
}
