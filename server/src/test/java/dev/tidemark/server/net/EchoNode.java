package dev.tidemark.server.net;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.server.loop.Loops;
import dev.tidemark.server.loop.SystemClock;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.concurrent.atomic.AtomicReference;

/// A node that answers each frame with itself, length included: sockets without a broker.
final class EchoNode implements AutoCloseable {
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger drained = new AtomicInteger();
    final AtomicReference<Throwable> bug = new AtomicReference<>();
    final SystemClock clock = new SystemClock();
    final Loops loops = new Loops(2, clock, (where, thrown) -> bug.set(thrown));
    final Doorway doorway;
    final int port;

    EchoNode(ConnectionLimits limits, long budgetBytes) throws IOException {
        this(limits, budgetBytes, EchoNode::echo);
    }

    EchoNode(ConnectionLimits limits, long budgetBytes, Answer answer) throws IOException {
        this(limits, budgetBytes, answer, FileSender.COPYING);
    }

    EchoNode(ConnectionLimits limits, long budgetBytes, Answer answer, FileSender files)
            throws IOException {
        this(limits, () -> GuestList.ALL, budgetBytes, answer, files);
    }

    EchoNode(ConnectionLimits limits, Supplier<GuestList> guests, long budgetBytes,
            Answer answer, FileSender files) throws IOException {
        doorway = new Doorway(loops, clock, limits, guests, budgetBytes,
                PooledByteBufAllocator.DEFAULT);
        port = doorway.bind(new Listener("PLAINTEXT", "127.0.0.1", 0));
        doorway.open(connection -> new Connection.Session() {
            @Override
            public void frame(Frame frame) {
                answer.answer(connection, frame);
            }

            @Override
            public void drained() {
                drained.incrementAndGet();
            }

            @Override
            public void closed() {
                closed.incrementAndGet();
            }
        }, files);
    }

    Wire connect() throws IOException {
        return new Wire(port);
    }

    @Override
    public void close() {
        doorway.close();
        loops.close();
    }

    static void echo(Connection connection, Frame frame) {
        Frame length = connection.allocate(4);
        length.bytes().putInt(frame.bytes().remaining());
        connection.send(length);
        connection.send(frame);
    }

    /// What is done with a frame.
    interface Answer {
        void answer(Connection connection, Frame frame);
    }
}
