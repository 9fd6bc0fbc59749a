package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/// Finds records by their time, in what a [ReadView] covers: first by the segments' highest
/// timestamps, then by the time index, then batch by batch, and in one batch record by record.
///
/// Confined to its maker; any thread may make one. Blocks; decompresses a batch or two.
final class TimestampSearch {
    private final ReadView view;
    private final Segments segments;
    private final Newest newest;

    /// @param newest of the view's last segment, which goes on changing
    TimestampSearch(ReadView view, Segments segments, Newest newest) {
        this.view = view;
        this.segments = segments;
        this.newest = newest;
    }

    /// The highest timestamp of a segment.
    ///
    /// @param timestamp -1 if there is none
    /// @param lastOffset of the batch that brought it
    record Newest(long timestamp, long lastOffset) {
        static final Newest NONE = new Newest(-1, -1);
    }

    private long maxTimestamp(int index) throws IOException {
        return index == segments.count() - 1 ? newest.timestamp()
                : segments.get(index).maxTimestamp();
    }

    /// See [ReadView#findByTimestamp].
    TimestampOffset first(long timestamp, long endOffset) throws IOException {
        check(endOffset <= view.logEndOffset(), "a search ends where the view ends", endOffset,
                view.logEndOffset());
        for (int i = 0; i < segments.count(); i++) {
            if (segments.get(i).baseOffset() < endOffset && maxTimestamp(i) >= timestamp) {
                TimestampOffset found = firstIn(i, timestamp, endOffset);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private TimestampOffset firstIn(int index, long timestamp, long endOffset)
            throws IOException {
        Segment segment = segments.get(index);
        int limit = view.limitIn(index, endOffset);
        long from = Math.max(view.logStartOffset(), segment.olderBelow(timestamp));
        int position = segment.positionOf(from, limit);
        var cursor = new BatchCursor(segment.file(), position, limit, BatchCursor.LONG_READ);
        while (cursor.next()) {
            if (cursor.maxTimestamp() >= timestamp
                    && cursor.lastOffset() >= view.logStartOffset()) {
                TimestampOffset found =
                        firstInBatch(cursor, timestamp, view.logStartOffset());
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private TimestampOffset firstInBatch(BatchCursor cursor, long timestamp, long startOffset)
            throws IOException {
        check(cursor.lastOffset() < view.logEndOffset(), "a search stays in its view",
                cursor.lastOffset(), view.logEndOffset());
        MutableRecordBatch batch = whole(cursor);
        for (Record record : batch) {
            if (record.timestamp() >= timestamp && record.offset() >= startOffset) {
                return new TimestampOffset(record.timestamp(), record.offset(),
                        batch.partitionLeaderEpoch());
            }
        }
        return null;
    }

    /// See [ReadView#maxTimestamp].
    TimestampOffset newest() throws IOException {
        int best = -1;
        for (int i = 0; i < segments.count(); i++) {
            if (maxTimestamp(i) >= 0 && (best < 0 || maxTimestamp(i) > maxTimestamp(best))) {
                best = i;
            }
        }
        if (best < 0) {
            return null;
        }
        Segment segment = segments.get(best);
        boolean last = best == segments.count() - 1;
        return newestIn(segment, view.limitIn(best, view.logEndOffset()), maxTimestamp(best),
                last ? newest.lastOffset() : segment.maxTimestampOffset());
    }

    private TimestampOffset newestIn(Segment segment, int limit, long timestamp, long lastOffset)
            throws IOException {
        int position = segment.positionOf(lastOffset, limit);
        var cursor = new BatchCursor(segment.file(), position, limit, BatchCursor.SHORT_READ);
        if (!cursor.next()) {
            return null;
        }
        // As in Kafka, also where the log start has been raised above that record.
        return firstInBatch(cursor, timestamp, 0);
    }

    private static MutableRecordBatch whole(BatchCursor cursor) throws IOException {
        if (!cursor.readWhole()) {
            throw new CorruptFile("a batch ends early at position " + cursor.position());
        }
        int size = Batch.sizeInBytes(cursor.buffer(), cursor.at());
        ByteBuffer bytes = cursor.buffer().slice(cursor.at(), size);
        return MemoryRecords.readableRecords(bytes).batches().iterator().next();
    }
}
