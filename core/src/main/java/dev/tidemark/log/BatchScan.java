package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Slice;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.record.Batch;
import java.io.IOException;

/// Looks at every byte of batches that lie in a file: whether they are what they were when they
/// were appended. A batch's offset and leader epoch are not covered by its checksum: they are held
/// against its neighbours and the log's history.
///
/// Immutable; what it looks at is not the loop's. Reads block.
///
/// @param lastBaseOffset of the last whole batch: who goes on there sees it beside its successor
/// @param endOffset behind that batch (exclusive)
/// @param isDamaged true if something is not what it was, here or just before
public record BatchScan(long lastBaseOffset, long endOffset, boolean isDamaged) {
    /// Looks through what a [ReadView#read] has found.
    ///
    /// @param fromOffset in the first batch, or before it
    /// @param view of the log, from which it was read
    public static BatchScan of(Slice slice, long fromOffset, ReadView view) throws IOException {
        int position = Math.toIntExact(slice.position());
        var cursor = new BatchCursor(slice.file(), position, position + slice.length(),
                BatchCursor.LONG_READ);
        long base = fromOffset;
        long end = fromOffset;
        boolean isFirst = true;
        while (cursor.next()) {
            boolean follows = isFirst ? cursor.lastOffset() >= end : cursor.baseOffset() >= end;
            if (!follows || !isSound(cursor, view)) {
                return new BatchScan(base, end, true);
            }
            base = cursor.baseOffset();
            end = cursor.lastOffset() + 1;
            isFirst = false;
        }
        check(end <= view.logEndOffset(), "a view ends at the log's end", end);
        // A slice begins with a whole batch, and may end inside of another.
        return new BatchScan(base, end, isFirst);
    }

    private static boolean isSound(BatchCursor cursor, ReadView view) throws IOException {
        if (cursor.lastOffset() >= view.logEndOffset() || !cursor.readWhole()
                || !Batch.crcValid(cursor.buffer(), cursor.at())) {
            return false;
        }
        int known = view.leaderEpochs().epochOf(cursor.baseOffset());
        return known == EpochHistory.NO_EPOCH
                || known == Batch.leaderEpoch(cursor.buffer(), cursor.at());
    }
}
