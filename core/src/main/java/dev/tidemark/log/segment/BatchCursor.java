package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.DiskFile;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Walks the batches of a segment's file in `[position, end)`, reading as little as it must.
///
/// After a [#next] that answered true, the batch's header is in [#buffer] at [#at]. What is no
/// batch (a length that cannot be, another magic, a batch that the range cuts off) ends the walk,
/// and [#isTorn] says so.
///
/// Confined to its maker. Reads block.
public final class BatchCursor {
    /// Enough for look-ups, where one or two headers are wanted.
    public static final int SHORT_READ = 4096;
    /// For walks over much of a file.
    public static final int LONG_READ = 1 << 16;

    private final DiskFile file;
    private final int end;
    private ByteBuffer buffer;
    /// The file position of the buffer's first byte; its limit is what was read.
    private int bufferAt;
    private int position;
    private int nextPosition;
    private boolean torn;

    /// @param position where a batch begins
    /// @param end nothing at or behind it is looked at
    /// @param readBytes how much to read at a time
    public BatchCursor(DiskFile file, int position, int end, int readBytes) {
        check(position <= end, "a walk goes forwards", position, end);
        check(readBytes >= Batch.HEADER_BYTES, "a header fits in one read", readBytes);
        this.file = file;
        this.end = end;
        this.bufferAt = position;
        this.position = position;
        this.nextPosition = position;
        this.buffer = ByteBuffer.allocate(Math.min(readBytes, Math.max(end - position,
                Batch.HEADER_BYTES))).limit(0);
    }

    /// Goes on to the next batch.
    ///
    /// @return false at the end, or where no whole batch follows
    public boolean next() throws IOException {
        position = nextPosition;
        if (torn || position == end) {
            return false;
        }
        if (end - position < Batch.HEADER_BYTES || !have(Batch.HEADER_BYTES)) {
            torn = true;
            return false;
        }
        int size = Batch.sizeInBytes(buffer, at());
        if (size < Batch.HEADER_BYTES || size > end - position
                || Batch.magic(buffer, at()) != Batch.MAGIC
                || Batch.lastOffsetDelta(buffer, at()) < 0) {
            torn = true;
            return false;
        }
        nextPosition = position + size;
        return true;
    }

    /// Where the present batch begins in the file; after the last, where the walk ended.
    public int position() {
        return position;
    }

    /// Where the batch after the present one begins.
    public int nextPosition() {
        return nextPosition;
    }

    /// True if the walk ended at bytes that are no batch.
    public boolean isTorn() {
        return torn;
    }

    /// Holds the present batch's header, at [#at].
    public ByteBuffer buffer() {
        return buffer;
    }

    /// The index of the batch's first byte in [#buffer].
    public int at() {
        return position - bufferAt;
    }

    /// The present batch's first offset.
    public long baseOffset() {
        return Batch.baseOffset(buffer, at());
    }

    /// The present batch's last offset.
    public long lastOffset() {
        return Batch.lastOffset(buffer, at());
    }

    /// The present batch's highest timestamp.
    public long maxTimestamp() {
        return Batch.maxTimestamp(buffer, at());
    }

    /// Reads the rest of the present batch, so that all of it is in [#buffer] at [#at].
    ///
    /// @return false if the file ends before the batch does
    public boolean readWhole() throws IOException {
        return have(nextPosition - position);
    }

    private boolean have(int bytes) throws IOException {
        check(bytes <= end - position, "a read stays in its range", bytes, end - position);
        int at = position - bufferAt;
        if (at >= 0 && at + bytes <= buffer.limit()) {
            return true;
        }
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(bytes, buffer.capacity() * 2));
        }
        buffer.clear().limit(Math.min(buffer.capacity(), end - position));
        bufferAt = position;
        file.read(buffer, position);
        buffer.flip();
        return buffer.limit() >= bytes;
    }
}
