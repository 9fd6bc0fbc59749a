package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;

/// Makes what any thread may read of a log: each view shares with the one before what has not
/// changed.
///
/// Confined to the log's loop; what it gives away is immutable.
final class LogViews {
    private final LogBody body;
    /// The ends of the last view.
    private End committed;
    private End stable;
    /// Of the log when that view was made: a cut or a cleaning makes its ends worthless.
    private int generation;

    LogViews(LogBody body) {
        this.body = body;
    }

    /// What may be read now.
    ///
    /// @param highWatermark at most the log end
    /// @param lastStableOffset at most the high watermark
    ReadView view(long highWatermark, long lastStableOffset) throws IOException {
        body.checkRecovered();
        check(lastStableOffset <= highWatermark, "what is stable is committed", lastStableOffset,
                highWatermark);
        if (generation != body.generation) {
            forget();
            generation = body.generation;
        }
        Segments segments = body.segments;
        End logEnd = segments.isEmpty() ? new End(null, body.logEndOffset, 0)
                : new End(segments.active(), body.logEndOffset, segments.active().size());
        committed = endAt(highWatermark, committed, logEnd);
        stable = lastStableOffset == highWatermark ? committed
                : endAt(lastStableOffset, stable, logEnd);
        return new ReadView(segments, body.logStartOffset, committed, stable, logEnd, newest(),
                body.epochs);
    }

    /// The high watermark of the last view, from which on boundaries are asked for; the highest
    /// possible if there is none.
    long committedOffset() {
        return committed == null || generation != body.generation ? Long.MAX_VALUE
                : committed.offset();
    }

    /// Segments have others in their places.
    void forget() {
        committed = null;
        stable = null;
    }

    private TimestampSearch.Newest newest() throws IOException {
        Segments segments = body.segments;
        return segments.isEmpty() ? TimestampSearch.Newest.NONE
                : new TimestampSearch.Newest(segments.active().maxTimestamp(),
                        segments.active().maxTimestampOffset());
    }

    private End endAt(long offset, End before, End logEnd) throws IOException {
        if (offset == logEnd.offset()) {
            return logEnd;
        }
        int index = body.segments.floor(offset);
        if (index < 0) {
            return new End(null, offset, 0);
        }
        Segment segment = body.segments.get(index);
        if (before != null && before.isAt(segment, offset)) {
            return before;
        }
        return new End(segment, offset, segment.positionOf(offset, segment.size()));
    }
}
