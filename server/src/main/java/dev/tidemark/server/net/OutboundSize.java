package dev.tidemark.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;

/// Counts what waits for a client in bytes, those of files included.
///
/// Stateless.
final class OutboundSize implements MessageSizeEstimator, MessageSizeEstimator.Handle {
    static final OutboundSize INSTANCE = new OutboundSize();

    private OutboundSize() {
    }

    @Override
    public Handle newHandle() {
        return this;
    }

    @Override
    public int size(Object message) {
        return switch (message) {
            case ByteBuf bytes -> bytes.readableBytes();
            case FileRegion region -> (int) Math.min(Integer.MAX_VALUE, region.count());
            default -> 0;
        };
    }
}
