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

    /// Where the first batch lies whose last offset is at least `offset`.
    ///
    /// @param entries between which its index has it, see [Neighbours]
    /// @param limit end of the batches that may be looked at
    /// @return its [BatchPlace]; `limit` if there is none
    long find(long offset, long entries, int limit) throws IOException {
        int from = Math.max(0, Neighbours.floor(entries));
        int next = Neighbours.next(entries);
        // Only a long batch puts entries so far apart, and what is looked for is in it, as a rule:
        // one read instead of one for each batch from the first entry on.
        if (next - from > 2 * BatchCursor.SHORT_READ && next < limit) {
            var cursor = new BatchCursor(segment.file(), next, limit, Batch.HEADER_BYTES);
            if (cursor.next() && cursor.baseOffset() <= offset && cursor.lastOffset() >= offset) {
                return BatchPlace.of(next, cursor.nextPosition() - next);
            }
        }
        return walk(offset, from, limit);
    }

    private long walk(long offset, int from, int limit) throws IOException {
        if (from >= limit && (from == 0 || isBatch(from, offset))) {
            return BatchPlace.of(limit, 0);
        }
        long found = from >= limit ? -1 : scan(offset, from, limit);
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
    private long scan(long offset, int from, int limit) throws IOException {
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
                return tooLate ? -1 : BatchPlace.of(cursor.position(),
                        cursor.nextPosition() - cursor.position());
            }
        }
        return cursor.isTorn() ? -1 : BatchPlace.of(limit, 0);
    }

    /// The size of the batch that begins at `position`.
    int sizeAt(int position) throws IOException {
        return Batch.sizeInBytes(prefixAt(position), 0);
    }

    /// The first offset of the batch that begins at `position`.
    long offsetAt(int position) throws IOException {
        return Batch.baseOffset(prefixAt(position), 0);
    }

    private ByteBuffer prefixAt(int position) throws IOException {
        check(position >= 0, "a batch lies inside its segment", position);
        ByteBuffer prefix = ByteBuffer.allocate(Batch.PREFIX_BYTES);
        if (segment.file().read(prefix, position) < Batch.PREFIX_BYTES
                || Batch.sizeInBytes(prefix, 0) < Batch.HEADER_BYTES) {
            throw segment.corrupt("no batch at position " + position);
        }
        return prefix;
    }
}
