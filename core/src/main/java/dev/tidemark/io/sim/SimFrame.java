package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import dev.tidemark.io.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A frame on the heap that knows when it has been released too often, or not at all.
///
/// For one thread.
public final class SimFrame implements Frame {
    private final ByteBuffer memory;
    private final SimFrame whole;
    private int holders = 1;

    /// @param memory the frame's bytes, from position to limit
    public SimFrame(ByteBuffer memory) {
        this.memory = memory.slice();
        this.whole = null;
    }

    private SimFrame(SimFrame whole, int from, int end) {
        this.memory = whole.memory.slice(from, end - from);
        this.whole = whole;
        whole.retain();
    }

    @Override
    public ByteBuffer bytes() {
        check(holders > 0, "bytes of a released frame are not read");
        return memory.duplicate();
    }

    @Override
    public Frame slice(int from, int end) {
        return new SimFrame(this, from, end);
    }

    @Override
    public void retain() {
        check(holders > 0, "a released frame does not come back");
        holders++;
    }

    @Override
    public void release() {
        check(holders > 0, "a frame is released by each holder once");
        holders--;
        if (holders == 0 && whole != null) {
            whole.release();
        }
    }

    /// Who still holds it.
    public int holders() {
        return holders;
    }

    /// What a file has where the slice says, as a system that sends it reads it.
    static byte[] read(Slice slice) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        int read = slice.file().read(bytes, slice.position());
        check(read == slice.length(), "a slice lies within its file", read, slice.length());
        return bytes.array();
    }
}
