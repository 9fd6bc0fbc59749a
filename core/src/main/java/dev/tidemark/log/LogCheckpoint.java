package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

/// What the data directory's checkpoint files say about one log, when it is opened.
///
/// @param logStartOffset the first offset still served
/// @param recoveryPoint all below is synced in the segments (exclusive)
/// @param clean true after a clean shutdown: the files are whole and nothing is to be recovered.
///     If false, the log must be recovered before anything else is asked of it
public record LogCheckpoint(long logStartOffset, long recoveryPoint, boolean clean) {
    /// A log that was never there: nothing on disk, nothing to recover.
    public static final LogCheckpoint NEW = new LogCheckpoint(0, 0, true);

    /// Checks the range.
    public LogCheckpoint {
        check(logStartOffset >= 0 && recoveryPoint >= 0, "offsets are not negative",
                logStartOffset, recoveryPoint);
    }
}
