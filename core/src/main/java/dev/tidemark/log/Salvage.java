package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import dev.tidemark.log.segment.StoredSegments;
import dev.tidemark.record.Batch;
import java.io.IOException;
import org.apache.kafka.common.Uuid;

/// Finds what can still be read of a log that cannot be opened: all that lies before the damage.
///
/// Changes nothing on disk. Segments before the damaged one are taken as they are; in that one
/// every batch is checked. On the log's loop. Blocks: reads one segment.
public final class Salvage {
    private Salvage() {
    }

    /// A view of all below the damage, which never moves on.
    ///
    /// @param start what the checkpoint says
    /// @param damage why the log cannot be opened
    /// @return null if nothing is left to be read
    /// @throws IOException if the disk cannot be read
    public static ReadView below(CorruptFile damage, Disk disk, String directory, Uuid topicId,
            LogCheckpoint start) throws IOException {
        if (damage.soundEnd() <= start.logStartOffset()) {
            return null;
        }
        Segments segments = StoredSegments.in(new LogFiles(disk, directory, topicId));
        int last = segments.floor(damage.soundEnd() - 1);
        if (last < 0) {
            return null;
        }
        segments = segments.range(0, last + 1);
        long startOffset = Math.max(start.logStartOffset(), segments.get(0).baseOffset());
        var found = new Found(segments.active(), damage.soundEnd());
        if (found.end.offset() <= startOffset) {
            return null;
        }
        Marks.hit("damaged log is read up to its damage");
        return new ReadView(segments, startOffset, found.end, found.end, found.end,
                new TimestampSearch.Newest(found.maxTimestamp, found.maxTimestampOffset),
                EpochHistory.EMPTY);
    }

    /// The sound beginning of the damaged segment.
    private static final class Found {
        private End end;
        private long maxTimestamp = -1;
        private long maxTimestampOffset = -1;

        Found(Segment segment, long soundEnd) throws IOException {
            check(segment.baseOffset() < soundEnd, "a damaged segment begins before its damage",
                    segment.baseOffset(), soundEnd);
            end = new End(segment, segment.baseOffset(), 0);
            var cursor = new BatchCursor(segment.file(), 0, segment.size(),
                    BatchCursor.LONG_READ);
            while (cursor.next() && cursor.baseOffset() >= end.offset()
                    && cursor.lastOffset() < soundEnd && cursor.readWhole()
                    && Batch.crcValid(cursor.buffer(), cursor.at())) {
                if (cursor.maxTimestamp() > maxTimestamp) {
                    maxTimestamp = cursor.maxTimestamp();
                    maxTimestampOffset = cursor.lastOffset();
                }
                end = new End(segment, cursor.lastOffset() + 1, cursor.nextPosition());
            }
            check(end.offset() <= soundEnd, "nothing damaged is served", end.offset(), soundEnd);
        }
    }
}
