package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;

/// Tells how many of the oldest segments may be forgotten, by log start, age and size.
///
/// Only what lies wholly below the high watermark goes. Age goes by the records' own time, as in
/// Kafka; a segment whose records carry no time does not grow old. Stateless; may read a time
/// index.
final class SegmentExpiry {
    private SegmentExpiry() {
    }

    /// @param highWatermark exclusive
    /// @param logEndOffset where the active segment ends
    /// @return how many from the first on; all of them if the active one is too old as well
    static int deletable(Segments segments, LogConfig config, long logStartOffset,
            long highWatermark, long logEndOffset, long nowMs) throws IOException {
        check(highWatermark <= logEndOffset, "what is committed is in the log", highWatermark,
                logEndOffset);
        long excess = config.delete() && config.retention().bytes() >= 0
                ? segments.sizeInBytes() - config.retention().bytes() : -1;
        int count = 0;
        while (count < segments.count()) {
            Segment segment = segments.get(count);
            boolean last = count == segments.count() - 1;
            long end = last ? logEndOffset : segments.get(count + 1).baseOffset();
            if (end > highWatermark || (last && segment.size() == 0)) {
                break;
            }
            boolean tooMuch = excess - segment.size() >= 0;
            boolean belowStart = !last && end <= logStartOffset;
            if (!tooMuch && !belowStart && !isTooOld(segment, config, nowMs)) {
                break;
            }
            excess -= segment.size();
            count++;
        }
        check(count == 0 || count < segments.count() || highWatermark == logEndOffset,
                "only what is committed is forgotten", count);
        return count;
    }

    private static boolean isTooOld(Segment segment, LogConfig config, long nowMs)
            throws IOException {
        long ms = config.retention().ms();
        return config.delete() && ms >= 0 && segment.maxTimestamp() >= 0
                && nowMs - segment.maxTimestamp() > ms;
    }
}
