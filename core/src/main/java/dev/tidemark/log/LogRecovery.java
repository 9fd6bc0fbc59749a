package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.clean.LogSwap;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.SegmentTail;
import dev.tidemark.log.segment.Segments;
import dev.tidemark.log.segment.StoredSegments;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What a log finds on disk when it is opened: its segments, where they end, its epochs and its
/// producers.
///
/// On the log's loop. Blocks.
final class LogRecovery {
    /// How much of each of the last two segments is looked through for batches that may be sent
    /// again: five requests of a client with large batches, or those of many with small ones.
    private static final int RECALL_BYTES = 4 << 20;

    private final LogFiles files;
    private final int indexIntervalBytes;

    LogRecovery(LogFiles files, LogConfig config) {
        this.files = files;
        this.indexIntervalBytes = config.rolling().indexIntervalBytes();
    }

    /// The segments whose files lie in the directory, none of them read yet.
    Segments find() throws IOException {
        new LogSwap(files).resume();
        files.clearRetired();
        return StoredSegments.in(files);
    }

    /// Makes the last segment active, after a clean shutdown.
    ///
    /// @return the log end
    long resume(Segments segments) throws IOException {
        return SegmentTail.resume(segments.active(), indexIntervalBytes);
    }

    /// Cuts the segments after a crash, and makes the last that is left active.
    ///
    /// @param trust what is to be there
    Cut cut(Segments segments, SegmentTail.Trust trust) throws IOException {
        check(!segments.isEmpty(), "there is something to recover");
        long before = segments.sizeInBytes();
        // The segment that the last synced batch is in: it may have been sealed since, and then the
        // end of its indexes was not synced.
        int index = Math.max(0, segments.floor(Math.max(0, trust.synced() - 1)));
        long endOffset = recover(segments, index, trust);
        while (trust.keepValid() && index + 1 < segments.count()
                && segments.get(index + 1).baseOffset() == endOffset) {
            Segment whole = segments.get(index);
            long next = recover(segments, index + 1, trust);
            if (next == endOffset) {
                break;
            }
            whole.seal();
            endOffset = next;
            index++;
        }
        check(endOffset >= segments.get(index).baseOffset(), "a log ends in its last segment",
                endOffset, segments.get(index).baseOffset());
        Segments left = segments.range(0, index + 1);
        remove(segments, index + 1);
        return new Cut(left, endOffset, before - left.sizeInBytes());
    }

    private long recover(Segments segments, int index, SegmentTail.Trust trust)
            throws IOException {
        boolean last = index == segments.count() - 1;
        return SegmentTail.recover(segments.get(index), trust, last ? SegmentTail.NO_LIMIT
                : segments.get(index + 1).baseOffset(), indexIntervalBytes);
    }

    /// Writes the batches from `from` on to where they are.
    void writeAgain(Segments segments, long from) throws IOException {
        var chunk = new ByteBuffer[] {ByteBuffer.allocate(RECALL_BYTES)};
        for (int i = Math.max(0, segments.floor(from)); i < segments.count(); i++) {
            Segment segment = segments.get(i);
            int size = segment.size();
            int at = segment.positionOf(from, size);
            while (at < size) {
                chunk[0].clear().limit(Math.min(chunk[0].capacity(), size - at));
                int read = segment.file().read(chunk[0], at);
                check(read > 0, "a segment is as large as it says", at, size);
                chunk[0].flip();
                segment.file().write(chunk, 0, 1, at);
                at += read;
            }
        }
    }

    /// Deletes the segments from `from` on.
    void remove(Segments segments, int from) throws IOException {
        List<String> retired = new ArrayList<>();
        check(from <= segments.count(), "the last segments are removed", from);
        for (int i = from; i < segments.count(); i++) {
            segments.get(i).leave();
            files.retireSegment(segments.get(i).baseOffset(), retired);
        }
        new RemovedFiles(files.disk(), retired).delete();
    }

    /// What is left of a log after a crash.
    ///
    /// @param cutBytes bytes of batches that are gone
    record Cut(Segments segments, long endOffset, long cutBytes) {
    }

    /// The epochs, as the batches tell them if what is known of them is not so.
    ///
    /// @param first where the segments begin
    /// @param end where they end
    static EpochHistory corrected(EpochHistory known, Segments segments, long first, long end)
            throws IOException {
        if (end == first) {
            return known;
        }
        if (known.epochOf(end - 1) == EpochHistory.NO_EPOCH) {
            // The log ends below where it is to start; the history begins there.
            Marks.hit("leader epochs looked for in the batches");
            return epochsOf(segments);
        }
        int last = lastEpoch(segments, end);
        if (last != EpochHistory.NO_EPOCH && last != known.epochOf(end - 1)) {
            // A wrong epoch would overrule what the journal is about to bring.
            Marks.hit("leader epoch checkpoint contradicts the batches");
            return epochsOf(segments);
        }
        return known;
    }

    /// The epochs as the batches' headers tell them.
    private static EpochHistory epochsOf(Segments segments) throws IOException {
        EpochHistory epochs = EpochHistory.EMPTY;
        for (int i = 0; i < segments.count(); i++) {
            Segment segment = segments.get(i);
            var cursor = new BatchCursor(segment.file(), 0, segment.size(),
                    BatchCursor.LONG_READ);
            while (cursor.next()) {
                epochs = epochs.assigned(Batch.leaderEpoch(cursor.buffer(), cursor.at()),
                        cursor.baseOffset());
            }
        }
        return epochs;
    }

    /// Tells epochs and producers of the batches that the checkpoints do not cover.
    ///
    /// @param from of the batches that the producers don't know
    /// @return the epochs up to the log's end
    EpochHistory retell(Segments segments, long from, ProducerState producers,
            EpochHistory epochs) throws IOException {
        check(from >= producers.endOffset(), "no batch is told twice", from,
                producers.endOffset());
        EpochHistory known = epochs;
        for (int i = Math.max(0, segments.floor(from)); i < segments.count(); i++) {
            Segment segment = segments.get(i);
            int position = segment.positionOf(from, segment.size());
            var cursor = new BatchCursor(segment.file(), position, segment.size(),
                    BatchCursor.LONG_READ);
            while (cursor.next()) {
                checkOrder(segment, cursor, producers.endOffset());
                if (Batch.isControl(cursor.buffer(), cursor.at()) && !cursor.readWhole()) {
                    throw segment.corrupt("a marker ends early");
                }
                producers.append(cursor.buffer(), cursor.at());
                int leaderEpoch = Batch.leaderEpoch(cursor.buffer(), cursor.at());
                if (leaderEpoch > known.latest()) {
                    known = known.assigned(leaderEpoch, cursor.baseOffset());
                }
            }
        }
        return known;
    }

    /// Offsets and epochs are not covered by a batch's checksum.
    private static void checkOrder(Segment segment, BatchCursor cursor, long soundEnd)
            throws IOException {
        if (cursor.baseOffset() < soundEnd
                || Batch.leaderEpoch(cursor.buffer(), cursor.at()) < 0) {
            Marks.hit("batch of a log is out of order");
            throw segment.corrupt("batch at position " + cursor.position() + " names offset "
                    + cursor.baseOffset() + " behind " + soundEnd, soundEnd);
        }
    }

    /// The leader epoch of the log's last batch, which ends at `end`.
    ///
    /// @return [EpochHistory#NO_EPOCH] if there is no such batch
    private static int lastEpoch(Segments segments, long end) throws IOException {
        check(end > 0, "a last batch has an end", end);
        int index = segments.count() - 1;
        while (index >= 0 && segments.get(index).size() == 0) {
            index--;
        }
        if (index < 0) {
            return EpochHistory.NO_EPOCH;
        }
        Segment segment = segments.get(index);
        int size = segment.size();
        var cursor = new BatchCursor(segment.file(), segment.positionOf(end - 1, size), size,
                BatchCursor.SHORT_READ);
        return cursor.next() && cursor.lastOffset() == end - 1
                ? Batch.leaderEpoch(cursor.buffer(), cursor.at()) : EpochHistory.NO_EPOCH;
    }

    /// Tells the producers, fresh from a snapshot, the batches that it left out.
    ///
    /// A snapshot holds one batch of each producer, and it may have been written at the very end of
    /// the log. But a client sends again all that it had in flight when the node went, and each of
    /// those batches must be known for what it is.
    void recall(Segments segments, ProducerState producers) throws IOException {
        if (producers.isEmpty() || segments.isEmpty()) {
            return;
        }
        var seen = new ProducerState();
        long end = producers.endOffset();
        int last = Math.max(0, segments.floor(Math.max(0, end - 1)));
        if (last > 0) {
            see(segments.get(last - 1), segments.get(last).baseOffset(), seen);
        }
        see(segments.get(last), end, seen);
        producers.recall(seen);
    }

    private static void see(Segment segment, long end, ProducerState seen) throws IOException {
        int limit = segment.positionOf(end, segment.size());
        long from = segment.baseOffset();
        int position = 0;
        while (limit - position > RECALL_BYTES) {
            from += (end - from + 1) / 2;
            position = segment.positionOf(from, limit);
        }
        check(position <= limit, "what is recalled lies below the end", position, limit);
        var cursor = new BatchCursor(segment.file(), position, limit, BatchCursor.LONG_READ);
        long next = seen.endOffset();
        while (cursor.next()) {
            checkOrder(segment, cursor, next);
            next = cursor.lastOffset() + 1;
            if (Batch.producerId(cursor.buffer(), cursor.at()) != Batch.NONE
                    && !Batch.isControl(cursor.buffer(), cursor.at())) {
                seen.append(cursor.buffer(), cursor.at());
            }
        }
    }
}
