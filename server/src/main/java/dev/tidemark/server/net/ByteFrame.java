package dev.tidemark.server.net;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/// A [Frame] over the bytes `[from, from + length)` of a Netty buffer, of which it is one holder.
///
/// The frame counts its own holders, because the request budget is given back when this frame
/// ends, and several frames may share one buffer.
///
/// May be held, read and released from any thread.
final class ByteFrame implements Frame {
    private final ByteBuf buffer;
    private final int from;
    private final int length;
    private final RequestBudget budget;
    private final AtomicInteger holders = new AtomicInteger(1);

    /// Takes over one reference to `buffer`, and what `budget` was charged for a frame of `length`.
    ByteFrame(ByteBuf buffer, int from, int length, RequestBudget budget) {
        this.buffer = buffer;
        this.from = from;
        this.length = length;
        this.budget = budget;
    }

    int length() {
        return length;
    }

    /// The bytes for the socket, as a reference of its own.
    ByteBuf retainedBytes() {
        return buffer.retainedSlice(from, length);
    }

    @Override
    public ByteBuffer bytes() {
        return buffer.nioBuffer(from, length);
    }

    @Override
    public Frame slice(int sliceFrom, int sliceEnd) {
        check(0 <= sliceFrom && sliceFrom <= sliceEnd && sliceEnd <= length,
                "a slice lies inside its frame", sliceFrom, sliceEnd);
        retain();
        return new FrameSlice(this, sliceFrom, sliceEnd);
    }

    @Override
    public void retain() {
        int before = holders.getAndIncrement();
        check(before > 0, "a frame is retained while somebody holds it", before);
    }

    @Override
    public void release() {
        int before = holders.getAndDecrement();
        check(before > 0, "a frame is released once by each holder", before);
        if (before == 1) {
            buffer.release();
            budget.credit(length + RequestBudget.FRAME_COST_BYTES);
        }
    }

    /// The bytes `[sliceFrom, sliceEnd)` of this frame.
    ByteBuffer bytes(int sliceFrom, int sliceEnd) {
        return buffer.nioBuffer(from + sliceFrom, sliceEnd - sliceFrom);
    }
}
