package dev.tidemark.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// Cuts what one client sends into frames: four bytes of length, then the body.
///
/// The socket reads straight into [#target]. Whole frames leave as shares of that buffer, without
/// a copy, unless a frame is so small beside the buffer that holding the one would waste the
/// other. What is left of a frame that is still coming moves to a buffer of its own, which grows
/// with the bytes that have come: a length that lies allocates nothing. A client whose frames have
/// been large before gets the room at once, so that its next one is read into place. While the
/// budget is spent, new frames get next to nothing, and those that have begun all or nothing.
///
/// Between frames nothing is held. Confined to the connection's loop.
final class FrameReader {
    private static final int PREFIX_BYTES = 4;
    private static final int MIN_READ_BYTES = 512;
    private static final int MAX_READ_BYTES = 64 << 10;
    /// What the first large frame of a client gets before its bytes come.
    private static final int FIRST_TRUST_BYTES = 64 << 10;
    /// What a client may earn by whole frames.
    private static final int MAX_TRUST_BYTES = 4 << 20;
    private static final int PAGE_BYTES = 8 << 10;
    private static final int FADING = 4;
    /// With no more than this it may wait in the middle of a frame, and wait for long.
    private static final int LITTLE_BYTES = 4 << 10;
    /// A frame below this share of its buffer is copied out of it.
    private static final int MIN_SHARE = 16;

    /// Where whole frames go.
    interface Sink {
        /// @param frame to be released by the sink
        void frame(ByteFrame frame);

        /// False if no frame can be taken now: what is left stays until [FrameReader#cut].
        boolean isOpen();
    }

    private final int maxFrameBytes;
    private final RequestBudget budget;
    private final Sink sink;
    private ByteBuf gathered;
    private int offeredFrom;
    private int chargedBytes;
    private int guessBytes = 2048;
    private int trustBytes;
    private boolean isStuck;

    FrameReader(int maxFrameBytes, RequestBudget budget, Sink sink) {
        this.maxFrameBytes = maxFrameBytes;
        this.budget = budget;
        this.sink = sink;
    }

    /// The buffer that the next bytes are to be written to, behind its writer index. Stays ours.
    ByteBuf target(ByteBufAllocator allocator) {
        if (gathered == null) {
            gathered = allocator.directBuffer(
                    budget.isSpent() ? MIN_READ_BYTES : Math.max(guessBytes, trustBytes));
        } else if (!gathered.isWritable()) {
            // It is stuck, and Netty reads once more all the same.
            move(allocator, gathered.readableBytes() + MIN_READ_BYTES);
        }
        offeredFrom = gathered.writerIndex();
        return gathered;
    }

    /// Takes note of what was written to [#target] and delivers whole frames.
    ///
    /// @return null, or why the connection has to close
    String received(ByteBufAllocator allocator) {
        int bytes = gathered.writerIndex() - offeredFrom;
        if (!gathered.isWritable()) {
            guessBytes = Math.min(MAX_READ_BYTES, guessBytes * 2);
        } else if (bytes < guessBytes / 4) {
            guessBytes = Math.max(MIN_READ_BYTES, guessBytes / 2);
        }
        return cut(allocator);
    }

    /// Delivers the whole frames that are there, for as long as the sink is open.
    ///
    /// @return null, or why the connection has to close
    String cut(ByteBufAllocator allocator) {
        while (gathered != null && gathered.readableBytes() >= PREFIX_BYTES && mayDeliver()) {
            int length = frameLength();
            if (length < 0 || length > maxFrameBytes) {
                return FrameRefusal.reason(length, maxFrameBytes);
            }
            if (gathered.readableBytes() < PREFIX_BYTES + length) {
                break;
            }
            deliver(allocator, length);
        }
        settle(allocator);
        return null;
    }

    /// True if a frame has begun and not ended, or whole frames wait for the sink.
    boolean isInFrame() {
        return gathered != null && gathered.isReadable();
    }

    /// The bytes that the frame at hand, or its length, still misses; 0 between frames and while
    /// whole frames wait for the sink.
    int missingBytes() {
        if (!isInFrame()) {
            return 0;
        }
        int held = gathered.readableBytes();
        return held < PREFIX_BYTES
                ? PREFIX_BYTES - held : Math.max(0, PREFIX_BYTES + frameLength() - held);
    }

    /// True if there is no memory for the rest of the frame: it is to be left unread for now.
    boolean isStuck() {
        return isStuck;
    }

    /// True if the frame at hand has only just begun.
    boolean holdsLittle() {
        return gathered == null || gathered.capacity() <= LITTLE_BYTES;
    }

    /// The memory that an unfinished frame takes.
    int heldBytes() {
        return chargedBytes;
    }

    /// Drops an empty buffer: the socket had nothing.
    void rest() {
        if (gathered != null && !gathered.isReadable()) {
            drop();
        }
    }

    /// Gives everything up. Nothing is read afterwards.
    void close() {
        if (gathered != null) {
            drop();
        }
    }

    /// What is charged already may leave even if the budget is spent: who serves it gives it back.
    /// Were it to wait, frames that fill the budget together would wait for each other.
    private boolean mayDeliver() {
        return sink.isOpen() && (chargedBytes > 0 || !budget.isSpent());
    }

    private int frameLength() {
        return gathered.getInt(gathered.readerIndex());
    }

    private void deliver(ByteBufAllocator allocator, int length) {
        int from = gathered.readerIndex() + PREFIX_BYTES;
        gathered.readerIndex(from + length);
        budget.charge(length + RequestBudget.FRAME_COST_BYTES);
        ByteFrame frame;
        if (length < gathered.capacity() / MIN_SHARE) {
            ByteBuf own = allocator.directBuffer(length);
            own.writeBytes(gathered, from, length);
            frame = new ByteFrame(own, 0, length, budget);
        } else {
            frame = new ByteFrame(gathered.retain(), from, length, budget);
        }
        learn(length);
        sink.frame(frame);
    }

    /// Trust follows the largest frames and fades with small ones.
    private void learn(int length) {
        if (length >= FIRST_TRUST_BYTES / 2) {
            int pages = Math.min(MAX_TRUST_BYTES, length + PREFIX_BYTES + PAGE_BYTES - 1)
                    / PAGE_BYTES * PAGE_BYTES;
            trustBytes = Math.max(pages, trustBytes - trustBytes / FADING);
        } else if (trustBytes > 0) {
            trustBytes = trustBytes < FIRST_TRUST_BYTES ? 0 : trustBytes / 2;
        }
    }

    /// Sees to it that what is left has room to become whole, and is accounted for.
    private void settle(ByteBufAllocator allocator) {
        isStuck = false;
        if (gathered == null) {
            return;
        }
        if (!gathered.isReadable()) {
            drop();
            return;
        }
        int missing = missingBytes();
        boolean isDue = gathered.readerIndex() > 0 || gathered.capacity() < FIRST_TRUST_BYTES
                || !gathered.isWritable();
        if (missing > gathered.writableBytes() && isDue) {
            grow(allocator, missing);
        }
        charge(gathered.capacity());
    }

    private void grow(ByteBufAllocator allocator, int missing) {
        if (!budget.isSpent()) {
            move(allocator, roomFor(missing));
        } else if (!holdsLittle() && budget.mayOverdraw(missing)) {
            move(allocator, gathered.readableBytes() + missing);
        } else {
            isStuck = true;
        }
    }

    /// Room for what has come, and as much of what is missing as the client is trusted with.
    private int roomFor(int missing) {
        int held = gathered.readableBytes();
        int trusted = Math.max(Math.max(FIRST_TRUST_BYTES, trustBytes), held);
        return held + Math.max(MIN_READ_BYTES, Math.min(missing, trusted));
    }

    private void move(ByteBufAllocator allocator, int capacity) {
        ByteBuf next = allocator.directBuffer(capacity);
        next.writeBytes(gathered, gathered.readerIndex(), gathered.readableBytes());
        gathered.release();
        gathered = next;
    }

    private void drop() {
        gathered.release();
        gathered = null;
        charge(0);
    }

    private void charge(int bytes) {
        int more = bytes - chargedBytes;
        if (more != 0) {
            chargedBytes = bytes;
            budget.chargePartial(more);
        }
    }
}
