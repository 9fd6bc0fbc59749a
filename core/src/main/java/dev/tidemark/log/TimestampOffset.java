package dev.tidemark.log;

/// A record found by its time.
///
/// @param timestamp the record's, in milliseconds since 1970
/// @param offset the record's
/// @param leaderEpoch the leadership that appended it
public record TimestampOffset(long timestamp, long offset, int leaderEpoch) {
}
