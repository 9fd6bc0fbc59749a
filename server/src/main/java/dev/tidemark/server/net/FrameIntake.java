package dev.tidemark.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/// Has Netty read one connection's socket straight into its [FrameReader].
///
/// Confined to the connection's loop.
final class FrameIntake extends DefaultMaxMessagesRecvByteBufAllocator {
    /// Reads of one connection before the loop's other connections have their turn.
    private static final int READS_PER_TURN = 8;

    private final FrameReader reader;

    FrameIntake(FrameReader reader) {
        super(READS_PER_TURN);
        this.reader = reader;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                // Netty releases what it reads into; the reader keeps its own hold.
                return reader.target(allocator).retain();
            }

            @Override
            public int guess() {
                return 0;
            }
        };
    }
}
