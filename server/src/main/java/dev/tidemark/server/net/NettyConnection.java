package dev.tidemark.server.net;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.server.loop.NettyLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One socket: a client's, or one that we opened to a peer.
///
/// Reading stops while the session has paused it and while the node's [RequestBudget] is spent:
/// then the client's own buffers fill. What is sent is flushed once, at the end of the turn.
///
/// Confined to its loop.
final class NettyConnection extends ChannelInboundHandlerAdapter
        implements Connection, FrameReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(NettyConnection.class);
    private static final String NO_MEMORY = "no memory for it: ";
    private static final int PAUSED_BY_SESSION = 1;
    private static final int PAUSED_BY_BUDGET = 2;
    private static final int PAUSED_BY_UNSENT = 4;

    private final LoopConnections home;
    private final Acceptor acceptor;
    private final String listenerName;
    private final FrameReader reader;
    private final Patience patience;
    private final Runnable flush = this::flush;
    private final Runnable readOn = this::readOn;
    private final Movement movement = new Movement();
    private final Outbox outbox;
    private long receivedBytes;
    private ChannelHandlerContext context;
    private Session session;
    private int paused;
    private boolean isFlushDue;
    private boolean isClosing;
    private boolean isNewFrame;
    private boolean isSlow;

    NettyConnection(LoopConnections home, String listenerName, Acceptor acceptor) {
        this.acceptor = acceptor;
        this.home = home;
        this.listenerName = listenerName;
        reader = new FrameReader(home.limits().maxRequestBytes(), home.budget(), this);
        patience = new Patience(home.limits(), loop().clock().nanos());
        outbox = new Outbox(home.unsent());
    }

    FrameReader reader() {
        return reader;
    }

    @Override
    public NettyLoop loop() {
        return home.loop();
    }

    @Override
    public String remoteHost() {
        return remote().getAddress().getHostAddress();
    }

    @Override
    public int remotePort() {
        return remote().getPort();
    }

    @Override
    public String listenerName() {
        return listenerName;
    }

    @Override
    public Frame allocate(int size) {
        try {
            ByteBuf buffer = context.alloc().directBuffer(size, size);
            return new ByteFrame(buffer, 0, size, RequestBudget.UNLIMITED);
        } catch (OutOfMemoryError full) {
            // Of buffers outside of the heap: this answer is lost, and nothing else.
            throw new IllegalStateException("no memory for " + size + " bytes", full);
        }
    }

    @Override
    public void send(Frame frame) {
        if (isClosing) {
            frame.release();
            return;
        }
        ByteBuf bytes = frame instanceof ByteFrame whole ? whole.retainedBytes() : copy(frame);
        frame.release();
        write(bytes);
    }

    @Override
    public void send(Slice slice) {
        if (isClosing || slice.length() == 0) {
            return;
        }
        try {
            write(home.files().message(context.alloc(), slice));
        } catch (IOException failure) {
            close("reading " + slice.file().path() + " failed: " + failure.getMessage());
        } catch (OutOfMemoryError full) {
            close(NO_MEMORY + full.getMessage());
        }
    }

    @Override
    public void pauseReading() {
        pause(PAUSED_BY_SESSION);
    }

    @Override
    public void resumeReading() {
        resume(PAUSED_BY_SESSION);
    }

    @Override
    public long unsentBytes() {
        return Outbox.bytes(outbound());
    }

    @Override
    public void close(String reason) {
        if (!isClosing) {
            home.log().closed(toString(), reason);
            closeQuietly();
        }
    }

    @Override
    public void end() {
        closeQuietly();
    }

    /// Sends what the socket takes and closes.
    void closeQuietly() {
        if (!isClosing) {
            isClosing = true;
            context.flush();
            var _ = context.close();
            // Now and not when Netty says so: who looks for memory must see that there is some.
            reader.close();
            outbox.close();
        }
    }

    /// Memory that its client makes it hold.
    long heldBytes() {
        return reader.heldBytes() + outbox.memoryBytes();
    }

    /// Looks how the client moves.
    ///
    /// @return true if it holds memory, and it is for the client to change that
    boolean hasItsClientToBlame() {
        movement.round(receivedBytes + outbox.writtenBytes() - unsentBytes(),
                (paused & PAUSED_BY_BUDGET) != 0);
        boolean isHalfSent = reader.missingBytes() > 0 && (paused & PAUSED_BY_SESSION) == 0;
        return !isClosing && (outbox.memoryBytes() > 0 || (isHalfSent && !reader.holdsLittle()));
    }

    /// True if its client has not moved for a while.
    boolean stands() {
        return movement.stands();
    }

    /// Closes the connection if its client's time is up.
    void inspect(long nowNanos) {
        String verdict = patience.verdict(nowNanos, unsentBytes(), paused == 0);
        if (verdict == null || isClosing) {
            return;
        }
        if (verdict.equals(Patience.IDLE)) {
            closeQuietly();
        } else {
            close(verdict);
        }
    }

    @Override
    public void frame(ByteFrame frame) {
        isNewFrame = true;
        try {
            session.frame(frame);
        } catch (RuntimeException bug) {
            LOG.error("a request failed, connection={}", this, bug);
            close("a request failed");
        }
    }

    @Override
    public boolean isOpen() {
        return paused == 0 && !isClosing;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        home.add(this);
        session = acceptor.accept(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        receivedBytes += bytes.readableBytes();
        bytes.release();
        if (!isClosing) {
            settle(reader.received(active.alloc()));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext active) {
        reader.rest();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext active) {
        boolean wasSlow = isSlow;
        isSlow = !active.channel().isWritable();
        measure();
        if (wasSlow && !isSlow && !isClosing) {
            session.drained();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        isClosing = true;
        reader.close();
        outbox.close();
        home.remove(this);
        if (session != null) {
            session.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        switch (cause) {
            case IOException gone -> {
                if (!isClosing) {
                    home.log().left(toString(), gone);
                    closeQuietly();
                }
            }
            case OutOfMemoryError full -> close(NO_MEMORY + full.getMessage());
            case Error bug -> loop().broken(bug);
            default -> {
                LOG.error("a connection failed, connection={}", this, cause);
                close("it failed");
            }
        }
    }

    @Override
    public String toString() {
        return remoteHost() + ":" + remotePort() + " listener=" + listenerName;
    }

    private InetSocketAddress remote() {
        return (InetSocketAddress) context.channel().remoteAddress();
    }

    private ByteBuf copy(Frame frame) {
        var bytes = frame.bytes();
        return context.alloc().directBuffer(bytes.remaining()).writeBytes(bytes);
    }

    private void write(Object message) {
        outbox.add(message);
        var _ = context.write(message, context.voidPromise());
        waitIfUnsentAreTooMany();
        if (!isFlushDue) {
            isFlushDue = true;
            loop().atEndOfTurn(flush);
        }
    }

    private void flush() {
        isFlushDue = false;
        context.flush();
        measure();
    }

    /// Sees what is left of the answers in memory, and pauses or goes on accordingly.
    void measure() {
        outbox.measure(outbound());
        waitIfUnsentAreTooMany();
        if ((paused & PAUSED_BY_UNSENT) != 0
                && (outbox.memoryBytes() == 0 || !home.unsent().isSpent())) {
            resume(PAUSED_BY_UNSENT);
        }
    }

    private void waitIfUnsentAreTooMany() {
        if (outbox.memoryBytes() > 0 && home.unsent().isSpent() && !isClosing
                && (paused & PAUSED_BY_UNSENT) == 0) {
            pause(PAUSED_BY_UNSENT);
            home.squeeze().begin(loop());
        }
    }

    private ChannelOutboundBuffer outbound() {
        return context.channel().unsafe().outboundBuffer();
    }

    /// Does what follows from having read: close, pause for the budget, or wait for more.
    private void settle(String refusal) {
        long missing = reader.missingBytes();
        patience.received(loop().clock().nanos(), missing, isNewFrame);
        isNewFrame = false;
        if (refusal != null) {
            close(refusal);
        } else if (!isClosing && (paused & PAUSED_BY_BUDGET) == 0
                && (reader.isStuck() || (missing == 0 && home.budget().isSpent()))) {
            pause(PAUSED_BY_BUDGET);
            home.squeeze().begin(loop());
            Runnable retry = () -> loop().execute(() -> resume(PAUSED_BY_BUDGET));
            if (reader.holdsLittle() || missing == 0) {
                home.budget().await(retry);
            } else {
                home.budget().awaitGrowth(retry);
            }
        }
    }

    private void pause(int reason) {
        check(loop().inLoop(), "a connection is paused on its loop");
        paused |= reason;
        context.channel().config().setAutoRead(false);
    }

    private void resume(int reason) {
        if ((paused & reason) == 0 || isClosing) {
            return;
        }
        paused &= ~reason;
        if (paused == 0) {
            // Not here: the session may call from inside of the frame that it is being given.
            loop().execute(readOn);
        }
    }

    private void readOn() {
        if (paused != 0 || isClosing) {
            return;
        }
        patience.restart(loop().clock().nanos());
        context.channel().config().setAutoRead(true);
        try {
            settle(reader.cut(context.alloc()));
        } catch (OutOfMemoryError full) {
            close(NO_MEMORY + full.getMessage());
        }
    }
}
