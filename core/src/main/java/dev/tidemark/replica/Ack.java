package dev.tidemark.replica;

import org.apache.kafka.common.protocol.Errors;

/// Whom a partition tells what became of one append.
///
/// Called on the partition's loop: first exactly one of [#appended] and [#refused]; after
/// `appended`, exactly one of [#committed] and [#lost]. `slot` is the caller's own number for it.
public interface Ack {
    /// The batch has its place in the log, and is not yet safe.
    ///
    /// @param baseOffset its first offset; the original's for a duplicate
    /// @param logAppendTimeMs the time stamped on it, or -1 if it keeps its producer's
    /// @param logStartOffset the first offset that the partition still serves
    void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset);

    /// The batch was not appended.
    ///
    /// @param why for the client, in one sentence; null if the error says it all
    void refused(int slot, Errors error, String why);

    /// What was asked for has happened: the batch is as safe as its `acks` wanted.
    void committed(int slot);

    /// It can't be known any more whether the batch is kept: the disk failed or the partition went.
    void lost(int slot, Errors error);
}
