package dev.tidemark.server.loop;

import dev.tidemark.base.Clock;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A node's event loops: one thread each, Linux's epoll where its native library loads, else NIO.
///
/// Threads start with the first task and are daemons. [#close] ends them.
public final class Loops implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final boolean epoll;
    private final MultiThreadIoEventLoopGroup group;
    private final List<NettyLoop> loops = new ArrayList<>();

    /// Those that connections and partitions live on.
    ///
    /// @param count how many
    public Loops(int count, Clock clock, Breakdown breakdown) {
        this(count, 0, numbered(), clock, breakdown);
    }

    /// One that has a thread of its own beside the others.
    ///
    /// @param index its number on the node
    /// @param name the thread's name
    public static Loops single(int index, String name, Clock clock, Breakdown breakdown) {
        return new Loops(1, index, work -> daemon(work, name), clock, breakdown);
    }

    private Loops(int count, int firstIndex, ThreadFactory threads, Clock clock,
            Breakdown breakdown) {
        epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, threads, handlers);
        for (EventExecutor eventLoop : group) {
            loops.add(new NettyLoop(firstIndex + loops.size(), (SingleThreadEventLoop) eventLoop,
                    clock, breakdown));
        }
    }

    /// All of them, by index.
    public List<NettyLoop> all() {
        return loops;
    }

    /// The kind of server socket that these loops drive.
    public Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /// The kind of client socket that these loops drive.
    public Class<? extends Channel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /// The Netty side of all of them.
    public EventLoopGroup group() {
        return group;
    }

    /// Ends the threads after the tasks that wait, and waits for them.
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * CLOSE_TIMEOUT_MS);
    }

    private static ThreadFactory numbered() {
        var number = new AtomicInteger();
        return work -> daemon(work, "tidemark-loop-" + number.getAndIncrement());
    }

    private static Thread daemon(Runnable work, String name) {
        var thread = new FastThreadLocalThread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
