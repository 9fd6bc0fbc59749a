package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

/// A record found by its time.
///
/// @param timestamp the record's, in milliseconds since 1970
/// @param offset the record's
/// @param leaderEpoch the leadership that appended it
public record TimestampOffset(long timestamp, long offset, int leaderEpoch) {
    /// Checks the offset.
    public TimestampOffset {
        check(offset >= 0, "a record has an offset", offset);
    }
}
