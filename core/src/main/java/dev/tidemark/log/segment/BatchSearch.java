package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Looks for a batch by walking over headers from where an index says, which is held against what
/// lies there.
///
/// For any thread, in what a `ReadView` covers. Blocks.
final class BatchSearch {
    private final Segment segment;

    BatchSearch(Segment segment) {
        this.segment = segment;
    }

    /// Where the first batch begins whose last offset is at least `offset`.
    ///
    /// @param from where an index entry points, or 0
    /// @param limit end of the batches that may be looked at
    /// @return `limit` if there is none
    int find(long offset, int from, int limit) throws IOException {
        if (from >= limit && (from == 0 || isBatch(from, offset))) {
            return limit;
        }
        int found = from >= limit ? -1 : scan(offset, from, limit);
        if (found < 0) {
            Marks.hit("index entry did not hold");
            found = scan(offset, 0, limit);
        }
        if (found < 0) {
            throw segment.corrupt("no batches up to offset " + offset);
        }
        return found;
    }

    /// True if a batch lies there whose last offset is at most `offset`: what an index entry says.
    private boolean isBatch(int position, long offset) throws IOException {
        check(position > 0, "an index entry points behind the first batch", position);
        int end = segment.size();
        if (position >= end) {
            return false;
        }
        var cursor = new BatchCursor(segment.file(), position, end, BatchCursor.SHORT_READ);
        return cursor.next() && cursor.lastOffset() <= offset;
    }

    /// @return -1 if it isn't batches that lie there, or if the walk began too late
    private int scan(long offset, int from, int limit) throws IOException {
        var cursor = new BatchCursor(segment.file(), from, limit, BatchCursor.SHORT_READ);
        long next = segment.baseOffset();
        while (cursor.next()) {
            if (cursor.baseOffset() < next) {
                return -1;
            }
            next = cursor.lastOffset() + 1;
            if (next > offset) {
                boolean tooLate = from > 0 && cursor.position() == from
                        && cursor.lastOffset() > offset;
                return tooLate ? -1 : cursor.position();
            }
        }
        return cursor.isTorn() ? -1 : limit;
    }

    /// The size of the batch that begins at `position`.
    int sizeAt(int position) throws IOException {
        check(position >= 0, "a batch lies inside its segment", position);
        ByteBuffer prefix = ByteBuffer.allocate(Batch.PREFIX_BYTES);
        if (segment.file().read(prefix, position) < Batch.PREFIX_BYTES
                || Batch.sizeInBytes(prefix, 0) < Batch.HEADER_BYTES) {
            throw segment.corrupt("no batch at position " + position);
        }
        return Batch.sizeInBytes(prefix, 0);
    }
}
