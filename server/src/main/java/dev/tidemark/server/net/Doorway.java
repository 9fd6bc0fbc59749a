package dev.tidemark.server.net;

import dev.tidemark.base.Clock;
import dev.tidemark.io.Connection;
import dev.tidemark.server.loop.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The node's listening sockets.
///
/// First they are bound, so that a taken port is known before anything else is touched; clients
/// that connect then wait. With [#open] they are let in.
///
/// May be used from any thread. Opens sockets.
public final class Doorway implements AutoCloseable {
    private final Loops loops;
    private final NodeConnections connections;
    private final ByteBufAllocator allocator;
    private final List<Door> doors = new ArrayList<>();

    /// @param loops where connections live
    /// @param limits what one client may cost
    /// @param guests who may come in, as it is now
    /// @param budgetBytes what all clients' requests may hold
    /// @param allocator the node's buffers
    public Doorway(Loops loops, Clock clock, ConnectionLimits limits,
            Supplier<GuestList> guests, long budgetBytes, ByteBufAllocator allocator) {
        this.loops = loops;
        this.allocator = allocator;
        connections = new NodeConnections(loops.all(), clock, limits, guests, budgetBytes);
    }

    private record Door(String listenerName, Channel socket) {
    }

    /// Binds a listener.
    ///
    /// @return the port that it has
    /// @throws IOException if the port is taken or the address is not ours
    public int bind(Listener listener) throws IOException {
        ConnectionLimits limits = connections.limits();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, limits.backlog())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, OutboundSize.INSTANCE)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(
                        ConnectionLimits.LOW_WATER_BYTES, ConnectionLimits.HIGH_WATER_BYTES))
                .handler(new Gate(connections.crowd()))
                .childHandler(new Welcome(listener.name()));
        setBuffers(bootstrap, limits);
        ChannelFuture bound = bootstrap.bind(address(listener)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw refused(listener, bound.cause());
        }
        doors.add(new Door(listener.name(), bound.channel()));
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /// Lets clients in.
    ///
    /// @param acceptor what is done with them
    /// @param files sends from the node's files
    public void open(Connection.Acceptor acceptor, FileSender files) {
        open(acceptor, files, name -> true);
    }

    /// Lets in those that come by some of the listeners.
    ///
    /// @param acceptor what is done with them
    /// @param files sends from the node's files
    /// @param listenerNames true for the names of those
    public void open(Connection.Acceptor acceptor, FileSender files,
            Predicate<String> listenerNames) {
        connections.open(acceptor, files);
        for (Door door : doors) {
            if (listenerNames.test(door.listenerName)) {
                door.socket.config().setAutoRead(true);
            }
        }
    }

    /// Connections that are open.
    public int connectionCount() {
        return connections.crowd().count();
    }

    /// Bytes that clients' requests hold.
    public long requestBytes() {
        return connections.budget().usedBytes();
    }

    /// Bytes of answers in memory that clients have not taken.
    public long unsentBytes() {
        return connections.unsent().usedBytes();
    }

    /// Lets nobody in any more, and closes every connection.
    @Override
    public void close() {
        doors.forEach(door -> door.socket.close().awaitUninterruptibly());
        connections.close();
    }

    private static IOException refused(Listener listener, Throwable cause) {
        return new IOException("cannot listen on " + listener.address() + ": " + reason(cause),
                cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return "there is no host of that name";
        }
        String message = String.valueOf(cause.getMessage());
        if (message.contains("in use")) {
            return "another program listens there; choose another port";
        }
        if (message.contains("assign requested address")) {
            return "this machine has no such address";
        }
        if (message.contains("ermission denied")) {
            return "this user may not listen there; choose a port from 1024 on";
        }
        return message;
    }

    private static InetSocketAddress address(Listener listener) {
        return listener.host().isEmpty() ? new InetSocketAddress(listener.port())
                : new InetSocketAddress(listener.host(), listener.port());
    }

    private static void setBuffers(ServerBootstrap bootstrap, ConnectionLimits limits) {
        if (limits.sendBufferBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, limits.sendBufferBytes());
        }
        if (limits.receiveBufferBytes() > 0) {
            bootstrap.option(ChannelOption.SO_RCVBUF, limits.receiveBufferBytes());
        }
    }

    private final class Welcome extends ChannelInitializer<SocketChannel> {
        private final String listenerName;

        Welcome(String listenerName) {
            this.listenerName = listenerName;
        }

        @Override
        protected void initChannel(SocketChannel socket) {
            InetSocketAddress remote = socket.remoteAddress();
            if (remote == null) {
                // It has gone already.
                connections.crowd().leave(null);
                var _ = socket.close();
                return;
            }
            InetAddress address = remote.getAddress();
            String refusal = connections.crowd().enter(address);
            socket.closeFuture().addListener(
                    _ -> connections.crowd().leave(refusal == null ? address : null));
            if (refusal != null) {
                connections.log().closed(address.getHostAddress() + ":" + remote.getPort()
                        + " listener=" + listenerName, refusal);
                var _ = socket.close();
                return;
            }
            var home = connections.on(socket.eventLoop());
            var connection = new NettyConnection(home, listenerName,
                    accepted -> connections.acceptor().accept(accepted));
            socket.config().setRecvByteBufAllocator(new FrameIntake(connection.reader()));
            socket.pipeline().addLast(connection);
        }
    }
}
