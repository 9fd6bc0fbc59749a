package dev.tidemark.log;

/// What became of journalled batches that were handed to a log after a crash.
public enum Replayed {
    /// The log has them already.
    KNOWN,
    /// They were left out: the log holds a later leader's batches there or below.
    OVERRULED,
    /// They were missing at the log's end and are there now.
    APPENDED,
    /// They were appended, and offsets between the old log end and them are lost: batches that
    /// were never journalled, because the topic asked for no syncs, did not reach the disk.
    APPENDED_BEHIND_A_GAP
}
