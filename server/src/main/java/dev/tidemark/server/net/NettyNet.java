package dev.tidemark.server.net;

import dev.tidemark.base.Clock;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.server.loop.Loops;
import dev.tidemark.server.loop.NettyLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// The sockets that a node opens to its peers.
///
/// They live on the node's loops, and have a budget of their own: clients who crowd the node take
/// nothing from it. They stay open however silent they are.
///
/// May be used from any thread. Opens sockets; a name is looked up on a thread of its own.
public final class NettyNet implements Net, AutoCloseable {
    /// What a connection of ours says instead of a listener's name.
    static final String LISTENER = "OUTBOUND";

    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final long NEVER_IDLE = -1;

    private final Loops loops;
    private final NodeConnections connections;
    private final ByteBufAllocator allocator;

    /// @param loops where connections and partitions live
    /// @param quorumLoop where the quorum's connections live
    /// @param limits what one client may cost, which holds for a peer too
    /// @param budgetBytes what all answers that are read or held may take
    /// @param allocator the node's buffers
    public NettyNet(Loops loops, Loops quorumLoop, Clock clock, ConnectionLimits limits,
            long budgetBytes, ByteBufAllocator allocator) {
        this.loops = loops;
        this.allocator = allocator;
        List<NettyLoop> all = new ArrayList<>(loops.all());
        all.addAll(quorumLoop.all());
        connections = new NodeConnections(all, clock, limits.withIdleMs(NEVER_IDLE),
                () -> GuestList.ALL, budgetBytes);
        connections.open(refused -> {
            throw new IllegalStateException("nobody comes in here");
        }, FileSender.COPYING);
    }

    @Override
    public void connect(Loop loop, String host, int port, Attempt attempt) {
        Thread.ofVirtual().name("tidemark-lookup").start(() -> {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                loop.execute(() -> attempt.failed(
                        new IOException("there is no host of that name")));
            } else {
                loop.execute(() -> connect((NettyLoop) loop, address, attempt));
            }
        });
    }

    private void connect(NettyLoop loop, InetSocketAddress address, Attempt attempt) {
        var bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(loops.clientChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.MESSAGE_SIZE_ESTIMATOR, OutboundSize.INSTANCE)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(
                        ConnectionLimits.LOW_WATER_BYTES, ConnectionLimits.HIGH_WATER_BYTES))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        fit(socket, attempt);
                    }
                });
        bootstrap.connect(address).addListener(connected -> {
            if (!connected.isSuccess()) {
                Throwable cause = connected.cause();
                loop.execute(() -> attempt.failed(cause instanceof IOException failure
                        ? failure : new IOException(cause)));
            }
        });
    }

    private void fit(SocketChannel socket, Attempt attempt) {
        var connection = new NettyConnection(connections.on(socket.eventLoop()), LISTENER,
                attempt::connected);
        socket.config().setRecvByteBufAllocator(new FrameIntake(connection.reader()));
        socket.pipeline().addLast(connection);
    }

    /// Bytes that answers hold.
    public long answerBytes() {
        return connections.budget().usedBytes();
    }

    /// Closes every connection, soon.
    @Override
    public void close() {
        connections.close();
    }
}
