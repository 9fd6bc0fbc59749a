package dev.tidemark.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;

/// What one connection was given to send and its client has not taken, as far as it is in memory.
///
/// Answers are counted when they are written; what of them is left is measured after each flush,
/// which costs nothing as long as the client takes all. Charges the node's [UnsentBudget].
///
/// Confined to the connection's loop.
final class Outbox {
    /// Fewer bytes than this are charged only if they are not taken at once.
    private static final long STEP_BYTES = 64 << 10;

    private final UnsentBudget budget;
    private long writtenBytes;
    private long memoryBytes;
    private long chargedBytes;

    Outbox(UnsentBudget budget) {
        this.budget = budget;
    }

    /// All bytes that are still to be sent, those of files included.
    ///
    /// @param outbound null once the connection is closed
    static long bytes(ChannelOutboundBuffer outbound) {
        return outbound == null
                ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
    }

    /// All that was ever written, those of files included.
    long writtenBytes() {
        return writtenBytes;
    }

    /// Bytes in memory that were not taken when it was last looked.
    long memoryBytes() {
        return memoryBytes;
    }

    /// Something is about to be written.
    void add(Object message) {
        switch (message) {
            case ByteBuf bytes -> {
                writtenBytes += bytes.readableBytes();
                memoryBytes += bytes.readableBytes();
                if (memoryBytes - chargedBytes > STEP_BYTES) {
                    charge();
                }
            }
            case FileRegion region -> writtenBytes += region.count();
            default -> throw new IllegalArgumentException("neither bytes nor a file: " + message);
        }
    }

    /// Looks what is left, between flushes.
    ///
    /// @param outbound null once the connection is closed
    void measure(ChannelOutboundBuffer outbound) {
        memoryBytes = outbound == null || outbound.totalPendingWriteBytes() == 0
                ? 0 : memoryOf(outbound);
        charge();
    }

    /// The connection is gone.
    void close() {
        memoryBytes = 0;
        charge();
    }

    private void charge() {
        if (memoryBytes != chargedBytes) {
            budget.charge(memoryBytes - chargedBytes);
            chargedBytes = memoryBytes;
        }
    }

    private static long memoryOf(ChannelOutboundBuffer outbound) {
        long[] sum = {0};
        try {
            outbound.forEachFlushedMessage(message -> {
                if (message instanceof ByteBuf bytes) {
                    sum[0] += bytes.readableBytes();
                }
                return true;
            });
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        return sum[0];
    }
}
