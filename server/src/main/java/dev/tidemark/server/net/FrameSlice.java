package dev.tidemark.server.net;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/// The bytes `[from, end)` of a [ByteFrame], of which it is one holder however many hold the slice.
///
/// May be held, read and released from any thread.
final class FrameSlice implements Frame {
    private final ByteFrame whole;
    private final int from;
    private final int end;
    private final AtomicInteger holders = new AtomicInteger(1);

    /// Takes over one hold of `whole`.
    FrameSlice(ByteFrame whole, int from, int end) {
        this.whole = whole;
        this.from = from;
        this.end = end;
    }

    @Override
    public ByteBuffer bytes() {
        return whole.bytes(from, end);
    }

    @Override
    public Frame slice(int sliceFrom, int sliceEnd) {
        check(0 <= sliceFrom && sliceFrom <= sliceEnd && sliceEnd <= end - from,
                "a slice lies inside its frame", sliceFrom, sliceEnd);
        whole.retain();
        return new FrameSlice(whole, from + sliceFrom, from + sliceEnd);
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
            whole.release();
        }
    }
}
