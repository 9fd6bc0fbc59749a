package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

/// What one cleaning is to do, and what it may make.
///
/// @param firstDirty below, no two records have one key
/// @param end what may be cleaned ends here, between two segments (exclusive)
/// @param segmentBytes the most bytes of batches in a segment
/// @param indexBytes the most bytes of an index
/// @param indexIntervalBytes log bytes between two index entries
/// @param deleteRetentionMs how long a tombstone stays readable
/// @param mapBytes the memory that keys may take
public record CleaningPlan(long firstDirty, long end, int segmentBytes, int indexBytes,
        int indexIntervalBytes, long deleteRetentionMs, long mapBytes) {
    /// Checks the range.
    public CleaningPlan {
        check(firstDirty <= end, "the dirty part is a range", firstDirty, end);
        check(segmentBytes > 0 && indexBytes > 0, "a segment may hold something", segmentBytes,
                indexBytes);
    }
}
