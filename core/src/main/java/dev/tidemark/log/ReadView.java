package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Slice;
import java.io.IOException;

/// What may be read of a log, as of one moment.
///
/// Offsets that end a range are exclusive. Immutable; may be used from any thread while the log
/// goes on appending. Reading at the end of the log reads no file; elsewhere it may block on a few
/// small reads.
public final class ReadView {
    private final long logStartOffset;
    private final long highWatermark;
    private final long lastStableOffset;
    private final long logEndOffset;

    ReadView(long logStartOffset, long highWatermark, long lastStableOffset, long logEndOffset) {
        check(lastStableOffset <= highWatermark, "what is stable is committed",
                lastStableOffset, highWatermark);
        check(highWatermark <= logEndOffset, "what is committed is in the log",
                highWatermark, logEndOffset);
        this.logStartOffset = logStartOffset;
        this.highWatermark = highWatermark;
        this.lastStableOffset = lastStableOffset;
        this.logEndOffset = logEndOffset;
    }

    /// The first offset still served.
    public long logStartOffset() {
        return logStartOffset;
    }

    /// The first offset that is not yet on every in-sync replica.
    public long highWatermark() {
        return highWatermark;
    }

    /// The high watermark or the first offset of the oldest open transaction, whichever is less.
    public long lastStableOffset() {
        return lastStableOffset;
    }

    /// The next offset to be written.
    public long logEndOffset() {
        return logEndOffset;
    }

    /// Finds the bytes from the batch that holds `fromOffset` on.
    ///
    /// The slice begins with a whole batch (it may hold earlier offsets, which the client skips),
    /// stays inside one segment, and may end inside a batch, as in Kafka.
    ///
    /// @param fromOffset in `[logStartOffset, endOffset]`
    /// @param maxBytes the most to return
    /// @param endOffset nothing at or behind it is returned: one of this view's three ends, as a
    ///     rule
    /// @param atLeastOneBatch true if a first batch larger than `maxBytes` is returned whole; if
    ///     false, nothing is returned then
    /// @return null if there is nothing to return
    public Slice read(long fromOffset, int maxBytes, long endOffset, boolean atLeastOneBatch)
            throws IOException {
        check(fromOffset <= endOffset, "a range is read forwards", fromOffset, endOffset);
        return null;
    }

    /// Finds the first record at or after `timestamp`, below `endOffset`. Reads files.
    ///
    /// @return null if there is none
    public TimestampOffset findByTimestamp(long timestamp, long endOffset) throws IOException {
        return null;
    }

    /// Finds the record with the highest timestamp (the first of those). Reads files.
    ///
    /// @return null if the log is empty
    public TimestampOffset maxTimestamp() throws IOException {
        return null;
    }
}
