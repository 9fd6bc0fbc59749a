package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// How much of a log has not been cleaned yet, and whether that is worth a cleaning.
///
/// Immutable; made on the log's loop.
///
/// @param firstDirty below, no two records have one key
/// @param end what may be cleaned ends here, between two segments (exclusive)
/// @param cleanBytes in segments wholly below `firstDirty`
/// @param dirtyBytes in the others below `end`
/// @param overdue true if a dirty record is older than `max.compaction.lag.ms`
/// @param settled true if all below `end` is synced; only then it may be cleaned
public record Cleanable(long firstDirty, long end, long cleanBytes, long dirtyBytes,
        boolean overdue, boolean settled) {
    /// Checks the range.
    public Cleanable {
        check(firstDirty <= end, "the dirty part is a range", firstDirty, end);
        check(cleanBytes >= 0 && dirtyBytes >= 0, "sizes are not negative", cleanBytes,
                dirtyBytes);
    }

    /// The share of what is dirty, from 0 to 1.
    public double ratio() {
        long all = cleanBytes + dirtyBytes;
        return all == 0 ? 0 : (double) dirtyBytes / all;
    }

    /// True if the log's configuration asks for a cleaning now.
    public boolean isDue(LogConfig config) {
        return config.compact() && dirtyBytes > 0
                && (overdue || ratio() >= config.cleaning().minCleanableRatio());
    }

    /// @param checkpoint where the last cleaning ended; 0 or what is not in the log if unknown
    /// @param committed nothing at or above it is touched
    static Cleanable of(Segments segments, LogConfig config, long checkpoint, long committed,
            long nowMs) throws IOException {
        if (segments.isEmpty()) {
            return new Cleanable(0, 0, 0, 0, false, true);
        }
        long start = segments.get(0).baseOffset();
        long firstDirty = checkpoint < start || checkpoint > committed ? start : checkpoint;
        long end = start;
        long cleanBytes = 0;
        long dirtyBytes = 0;
        boolean overdue = false;
        boolean settled = true;
        for (int i = 0; i < segments.count() - 1; i++) {
            Segment segment = segments.get(i);
            long next = segments.get(i + 1).baseOffset();
            if (next > committed || isTooYoung(segment, config, nowMs)) {
                break;
            }
            settled &= segment.isSettled();
            end = next;
            if (next <= firstDirty) {
                cleanBytes += segment.size();
            } else {
                overdue |= dirtyBytes == 0 && isOverdue(segment, config, nowMs);
                dirtyBytes += segment.size();
            }
        }
        return new Cleanable(Math.min(firstDirty, end), end, cleanBytes, dirtyBytes, overdue,
                settled);
    }

    private static boolean isTooYoung(Segment segment, LogConfig config, long nowMs)
            throws IOException {
        long lagMs = config.cleaning().minLagMs();
        return lagMs > 0 && segment.maxTimestamp() > nowMs - lagMs;
    }

    private static boolean isOverdue(Segment segment, LogConfig config, long nowMs)
            throws IOException {
        long lagMs = config.cleaning().maxLagMs();
        if (lagMs == Long.MAX_VALUE || segment.size() < Batch.HEADER_BYTES) {
            return false;
        }
        ByteBuffer header = ByteBuffer.allocate(Batch.HEADER_BYTES);
        segment.file().read(header, 0);
        long firstMs = Batch.maxTimestamp(header, 0);
        return firstMs >= 0 && nowMs - firstMs > lagMs;
    }
}
