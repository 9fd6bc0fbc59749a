package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A client's connection without a socket: frames are handed in, and what the node sends is kept
/// until it is taken.
///
/// For the simulator's one thread.
public final class SimConnection implements Connection {
    private static final int LENGTH_BYTES = 4;

    private final Loop loop;
    private final String listenerName;
    private final Session session;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<SimFrame> handedIn = new ArrayList<>();
    private boolean reading = true;
    private String closedBecause;

    /// Connects to a node on the given loop; only from that loop.
    public SimConnection(Loop loop, Acceptor acceptor) {
        this(loop, acceptor, "PLAINTEXT");
    }

    /// As above, by the listener of that name.
    public SimConnection(Loop loop, Acceptor acceptor, String listenerName) {
        this.loop = loop;
        this.listenerName = listenerName;
        this.session = acceptor.accept(this);
    }

    /// Hands in one request, without its length; it arrives as a task of the loop.
    public void deliver(ByteBuffer request) {
        var frame = new SimFrame(request);
        handedIn.add(frame);
        loop.execute(() -> session.frame(frame));
    }

    /// All whole responses that were sent, without their lengths; they are taken away.
    public List<ByteBuffer> take() {
        ByteBuffer bytes = ByteBuffer.wrap(sent.toByteArray());
        sent.reset();
        var frames = new ArrayList<ByteBuffer>();
        while (bytes.remaining() >= LENGTH_BYTES) {
            int length = bytes.getInt();
            check(length <= bytes.remaining(), "a response is sent whole", length,
                    bytes.remaining());
            frames.add(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        check(!bytes.hasRemaining(), "responses are back to back", bytes.remaining());
        return frames;
    }

    /// Frames that were handed in and that somebody still holds.
    public long heldFrames() {
        return handedIn.stream().filter(frame -> frame.holders() > 0).count();
    }

    /// The client hangs up.
    public void hangUp() {
        loop.execute(session::closed);
    }

    /// Why the node closed the connection; null if it did not.
    public String closedBecause() {
        return closedBecause;
    }

    /// True unless the node has asked for nothing more for now.
    public boolean reading() {
        return reading;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public String remoteHost() {
        return "127.0.0.1";
    }

    @Override
    public int remotePort() {
        return 1;
    }

    @Override
    public String listenerName() {
        return listenerName;
    }

    @Override
    public Frame allocate(int size) {
        return new SimFrame(ByteBuffer.allocate(size));
    }

    @Override
    public void send(Frame frame) {
        ByteBuffer bytes = frame.bytes();
        while (bytes.hasRemaining()) {
            sent.write(bytes.get());
        }
        frame.release();
    }

    @Override
    public void send(Slice slice) {
        try {
            sent.writeBytes(SimFrame.read(slice));
        } catch (IOException unreadable) {
            close("unreadable: " + unreadable.getMessage());
        }
    }

    @Override
    public void pauseReading() {
        reading = false;
    }

    @Override
    public void resumeReading() {
        reading = true;
    }

    @Override
    public long unsentBytes() {
        return 0;
    }

    @Override
    public void close(String reason) {
        closedBecause = reason;
        loop.execute(session::closed);
    }
}
