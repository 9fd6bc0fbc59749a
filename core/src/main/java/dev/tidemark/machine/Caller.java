package dev.tidemark.machine;

import org.apache.kafka.common.protocol.Errors;

/// Who waits for a machine's reply. Told exactly once, on the machine's loop.
///
/// @param <R> the machine's replies
public interface Caller<R> {
    /// The machine's answer; all that it rests on is committed.
    void replied(R reply);

    /// There is no answer: the machine is loading, gone, or can't write.
    void failed(Errors error);
}
