package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Makes a segment from before active again: finds its end, and what its index entries leave open.
///
/// On the log's loop. Reads block; how much is read depends on what lies behind the last index
/// entry, not on the segment's size.
public final class SegmentTail {
    private final Segment segment;
    /// The end of the log's last segment, of which no other knows where it ends.
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private final int indexIntervalBytes;
    private int from;
    private long endOffset;

    private SegmentTail(Segment segment, int indexIntervalBytes) {
        this.segment = segment;
        this.indexIntervalBytes = indexIntervalBytes;
        this.endOffset = segment.baseOffset();
    }

    /// Of a segment that is whole.
    ///
    /// @return the offset behind its last batch
    public static long resume(Segment segment, int indexIntervalBytes) throws IOException {
        segment.offsets().load();
        segment.times().load();
        int size = segment.size();
        var tail = new SegmentTail(segment, indexIntervalBytes);
        int from = Math.max(0, segment.offsets().lastValue());
        boolean sound = segment.offsets().count() == 0 || tail.holds(segment.offsets(), size);
        var cursor = tail.begin(sound ? from : tail.firstDoubtful(size), size);
        boolean lost = false;
        while (!lost && cursor.next()) {
            lost = !tail.fits(cursor, NO_LIMIT) || !isWhole(cursor);
            if (!lost) {
                tail.add(cursor);
            }
        }
        if (lost || cursor.isTorn()) {
            throw segment.corrupt("no batch at position " + cursor.position(), tail.endOffset);
        }
        check(segment.size() == size, "a resumed segment is as large as before", size,
                segment.size());
        return tail.endOffset;
    }

    /// What is known of a segment after a crash.
    ///
    /// @param synced all below was synced, and is trusted
    /// @param logStartOffset what lies below may be missing: files that the log had let go of are
    ///     not synced, and a crash may bring them back
    /// @param keepValid true if batches behind `synced` stay as long as they are whole
    public record Trust(long synced, long logStartOffset, boolean keepValid) {
        /// Checks the range.
        public Trust {
            check(synced >= 0 && logStartOffset >= 0, "offsets are not negative", synced,
                    logStartOffset);
        }

        boolean needs(long endOffset) {
            return endOffset < synced && logStartOffset < synced;
        }
    }

    /// Of a segment after a crash: trusts the batches below the synced offset, makes index entries
    /// again that did not reach the disk, and cuts off the rest.
    ///
    /// @param endLimit where the next segment begins, or [#NO_LIMIT]
    /// @return the offset behind its last batch
    /// @throws IOException also if there are no batches where synced ones should be
    public static long recover(Segment segment, Trust trust, long endLimit, int indexIntervalBytes)
            throws IOException {
        segment.offsets().loadValid();
        segment.times().loadValid();
        long relative = Math.max(0, trust.synced - segment.baseOffset());
        segment.offsets().cut(relative, Integer.MAX_VALUE);
        segment.times().cut(Long.MAX_VALUE, (int) Math.min(relative, Integer.MAX_VALUE));
        var tail = new SegmentTail(segment, indexIntervalBytes);
        int size = Math.toIntExact(segment.file().size());
        tail.walk(tail.begin(tail.firstDoubtful(size), size), trust, endLimit);
        if (segment.size() < size) {
            segment.file().truncate(segment.size());
        }
        return tail.endOffset;
    }

    /// Times may have been lost that went with offsets that were not: all that came after the
    /// last time is looked at again, and its offset entries are made anew.
    private int firstDoubtful(int size) throws IOException {
        SparseIndex offsets = segment.offsets();
        int from = Math.max(0, offsets.floorValue(segment.times().lastValue()));
        offsets.cut(Long.MAX_VALUE, from + 1);
        // Entries of a longer segment, from before a truncation, may have come back.
        while (offsets.count() > 0 && !holds(offsets, size)) {
            Marks.hit("index entry of a lost batch dropped");
            offsets.cut(Long.MAX_VALUE, offsets.lastValue());
        }
        segment.times().cut(Long.MAX_VALUE, (int) offsets.lastKey() + 1);
        return Math.max(0, offsets.lastValue());
    }

    private boolean holds(SparseIndex offsets, int size) throws IOException {
        if (offsets.lastValue() < 0 || offsets.lastValue() >= size) {
            return false;
        }
        var cursor = new BatchCursor(segment.file(), offsets.lastValue(), size,
                Batch.HEADER_BYTES);
        return cursor.next()
                && cursor.lastOffset() == segment.baseOffset() + offsets.lastKey();
    }

    private void walk(BatchCursor cursor, Trust trust, long endLimit) throws IOException {
        boolean lost = false;
        while (!lost && cursor.next()) {
            // A header of which a crash has lost the first bytes names a low offset.
            boolean trusted = cursor.lastOffset() < trust.synced;
            lost = !fits(cursor, endLimit) || !(trusted || trust.keepValid) || !isWhole(cursor);
            if (!lost) {
                add(cursor);
            }
        }
        if ((lost || cursor.isTorn()) && trust.needs(endOffset)) {
            throw segment.corrupt("offsets " + endOffset + " to " + (trust.synced - 1)
                    + " were synced and are not there", endOffset);
        }
    }

    /// True if the batch's offsets may belong where they are: the checksum does not cover them.
    /// Cleaning leaves gaps between batches.
    private boolean fits(BatchCursor cursor, long endLimit) {
        check(endLimit > segment.baseOffset(), "a segment ends behind its beginning", endLimit);
        boolean follows = (cursor.position() == from && from > 0)
                || cursor.baseOffset() >= endOffset;
        return follows && cursor.baseOffset() >= segment.baseOffset()
                && Batch.leaderEpoch(cursor.buffer(), cursor.at()) >= 0
                && cursor.lastOffset() < endLimit
                && cursor.lastOffset() - segment.baseOffset() <= Integer.MAX_VALUE;
    }

    private static boolean isWhole(BatchCursor cursor) throws IOException {
        return cursor.readWhole() && Batch.crcValid(cursor.buffer(), cursor.at());
    }

    private BatchCursor begin(int begin, int size) throws IOException {
        from = begin;
        check(from <= size, "an index entry points into its segment", from, size);
        long firstTimestamp = -1;
        if (from > 0) {
            ByteBuffer header = ByteBuffer.allocate(Batch.HEADER_BYTES);
            segment.file().read(header, 0);
            firstTimestamp = Batch.maxTimestamp(header, 0);
        }
        segment.reopen(from, firstTimestamp);
        return new BatchCursor(segment.file(), from, size, BatchCursor.LONG_READ);
    }

    private void add(BatchCursor cursor) {
        endOffset = cursor.lastOffset() + 1;
        segment.appended(cursor.buffer(), cursor.at(), indexIntervalBytes, Long.MAX_VALUE, -1);
    }
}
