package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.Segment;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Appends whole batches to the active segment, after a new one was begun where that is due, and
/// tells indexes, epochs and producers of each. Writes to the page cache and never syncs.
///
/// Confined to the log's loop.
final class LogAppender {
    private final LogBody body;
    private final LogViews views;
    private final ByteBuffer[] single = new ByteBuffer[1];

    LogAppender(LogBody body, LogViews views) {
        this.body = body;
        this.views = views;
    }

    /// Appends the batches from position to limit, which are afterwards what they were.
    ///
    /// @param mostGap offsets that may be missing before each batch
    /// @return the new log end
    long append(ByteBuffer batches, long nowMs, long mostGap) throws IOException {
        long next = endOf(batches, body.logEndOffset, mostGap);
        Segment active = activeFor(batches, batches.remaining(), next, nowMs);
        int position = batches.position();
        single[0] = batches;
        try {
            active.write(single, 0, 1);
        } finally {
            batches.position(position);
            single[0] = null;
        }
        tell(active, batches, nowMs);
        body.logEndOffset = next;
        return next;
    }

    /// Appends those of the buffers `[from, end)` with one write.
    long append(ByteBuffer[] buffers, int from, int end, long nowMs) throws IOException {
        check(from < end, "an append has a buffer", from, end);
        long next = body.logEndOffset;
        int bytes = 0;
        int[] positions = new int[end - from];
        for (int i = from; i < end; i++) {
            next = endOf(buffers[i], next, 0);
            positions[i - from] = buffers[i].position();
            bytes = Math.addExact(bytes, buffers[i].remaining());
        }
        Segment active = activeFor(buffers[from], bytes, next, nowMs);
        try {
            active.write(buffers, from, end);
        } finally {
            for (int i = from; i < end; i++) {
                buffers[i].position(positions[i - from]);
            }
        }
        for (int i = from; i < end; i++) {
            tell(active, buffers[i], nowMs);
        }
        body.logEndOffset = next;
        return next;
    }

    private static long endOf(ByteBuffer batches, long baseOffset, long mostGap) {
        int at = batches.position();
        int limit = batches.limit();
        long next = baseOffset;
        check(at < limit, "an append holds a batch", at);
        while (at < limit) {
            check(limit - at >= Batch.HEADER_BYTES && Batch.sizeInBytes(batches, at) <= limit - at,
                    "an append holds whole batches", at, limit);
            check(Batch.magic(batches, at) == Batch.MAGIC, "batches are of format 2");
            long gap = Batch.baseOffset(batches, at) - next;
            check(gap >= 0 && gap <= mostGap, "a batch follows the last", gap, next);
            next = Batch.nextOffset(batches, at);
            at += Batch.sizeInBytes(batches, at);
        }
        return next;
    }

    private Segment activeFor(ByteBuffer first, int bytes, long next, long nowMs)
            throws IOException {
        check(body.recovered, "a log is recovered before it grows", body.logEndOffset);
        body.changed = true;
        if (body.segments.isEmpty()) {
            body.files.makePresent();
            body.begin(body.logEndOffset);
        } else {
            Segment active = body.segments.active();
            LogConfig config = body.config;
            long timestamp = Batch.maxTimestamp(first, first.position());
            if (active.isFullFor(bytes, next - 1, config.rolling().segmentBytes(),
                    config.rolling().indexBytes())
                    || active.ageMs(timestamp, nowMs) > config.rollAfterMs()) {
                body.begin(body.logEndOffset);
                active.seal();
            }
        }
        return body.segments.active();
    }

    private void tell(Segment active, ByteBuffer batches, long nowMs) {
        long needed = views.committedOffset();
        int interval = body.config.rolling().indexIntervalBytes();
        int at = batches.position();
        while (at < batches.limit()) {
            body.producers.append(batches, at);
            if (Batch.leaderEpoch(batches, at) != body.epochs.latest()) {
                body.epochs = body.epochs.assigned(Batch.leaderEpoch(batches, at),
                        Batch.baseOffset(batches, at));
            }
            active.appended(batches, at, interval, needed, nowMs);
            at += Batch.sizeInBytes(batches, at);
        }
    }
}
