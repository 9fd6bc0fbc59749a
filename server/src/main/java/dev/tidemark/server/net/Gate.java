package dev.tidemark.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// Stands at one listening socket: while there is no room for another connection nothing is
/// accepted, and clients wait in the system's backlog, as with Kafka.
///
/// Limits may change at any time: while it is shut it looks again and again. Confined to the
/// socket's loop, but for [#isShut].
final class Gate extends ChannelInboundHandlerAdapter {
    private static final long LOOK_AGAIN_MS = 100;

    private final Crowd crowd;
    private final Queue<Channel> accepted = new ArrayDeque<>();
    private volatile boolean isShut;
    private boolean looksAgain;

    Gate(Crowd crowd) {
        this.crowd = crowd;
    }

    /// True while clients wait.
    boolean isShut() {
        return isShut;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        crowd.whenOneLeaves(() -> {
            if (isShut) {
                context.executor().execute(() -> admit(context));
            }
        });
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        accepted.add((Channel) message);
        admit(context);
    }

    private void admit(ChannelHandlerContext context) {
        while (!accepted.isEmpty() && crowd.claim()) {
            context.fireChannelRead(accepted.remove());
        }
        boolean wasShut = isShut;
        isShut = !accepted.isEmpty() || !crowd.hasRoom();
        if (isShut != wasShut) {
            context.channel().config().setAutoRead(!isShut);
        }
        if (isShut && !looksAgain && context.channel().isOpen()) {
            looksAgain = true;
            var _ = context.executor().schedule(() -> {
                looksAgain = false;
                admit(context);
            }, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        while (!accepted.isEmpty()) {
            // No loop has it yet, and no handler hears of it.
            accepted.remove().unsafe().closeForcibly();
        }
        context.fireChannelInactive();
    }
}
