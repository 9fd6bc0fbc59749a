package dev.tidemark.io.sim;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// One end of a connection between two simulated machines.
///
/// What is sent travels in whole frames over the link to the other end. Confined to the
/// simulator's thread.
final class SimSocket implements Connection {
    private static final int LENGTH_BYTES = 4;
    private static final int SIGNAL_BYTES = 40;
    /// Bytes that the two systems keep for us between the two ends.
    private static final long WINDOW_BYTES = 256 << 10;
    private static final long LOW_WATER_BYTES = 64 << 10;

    private final SimNet net;
    private final SimHost host;
    private final Loop loop;
    private final String listenerName;
    private final SimHost remote;
    private final int remotePort;
    private final ByteArrayOutputStream unframed = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
    private SimSocket peer;
    private Session session;
    private long lastDueNs;
    private long bytesUnderWay;
    private boolean isSlow;
    private boolean isPaused;
    private boolean isGone;
    private boolean isTold;

    SimSocket(SimNet net, SimHost host, Loop loop, String listenerName, SimHost remote,
            int remotePort) {
        this.net = net;
        this.host = host;
        this.loop = loop;
        this.listenerName = listenerName;
        this.remote = remote;
        this.remotePort = remotePort;
    }

    void join(SimSocket other) {
        peer = other;
        other.peer = this;
    }

    /// Tells the other machine, ahead of all that is sent, that the connection is open.
    void open(Runnable arrival) {
        carry(SIGNAL_BYTES, arrival);
    }

    void begin(Session with) {
        session = with;
        if (isGone) {
            tellSession();
        }
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public String remoteHost() {
        return remote.name();
    }

    @Override
    public int remotePort() {
        return remotePort;
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
        byte[] bytes = new byte[frame.bytes().remaining()];
        frame.bytes().get(bytes);
        unframed.writeBytes(bytes);
        frame.release();
        transmit();
    }

    @Override
    public void send(Slice slice) {
        try {
            unframed.writeBytes(SimFrame.read(slice));
        } catch (IOException unreadable) {
            close("unreadable: " + unreadable.getMessage());
            return;
        }
        transmit();
    }

    @Override
    public void pauseReading() {
        isPaused = true;
    }

    @Override
    public void resumeReading() {
        isPaused = false;
        loop.execute(this::readOn);
    }

    @Override
    public long unsentBytes() {
        return Math.max(0, bytesUnderWay - WINDOW_BYTES);
    }

    @Override
    public void close(String reason) {
        if (!isGone) {
            leave();
            carry(SIGNAL_BYTES, peer::resetSoon);
            loop.execute(this::tellSession);
        }
    }

    /// The connection breaks at this end; its session hears of it as a task of its own.
    void resetSoon() {
        loop.execute(this::breakOff);
    }

    private void breakOff() {
        if (!isGone) {
            leave();
            tellSession();
        }
    }

    private void tellSession() {
        if (session != null && !isTold) {
            isTold = true;
            session.closed();
        }
    }

    /// The process of this end is gone: it hears of nothing any more.
    void forget() {
        isGone = true;
    }

    /// The system of this end says that there is no such connection.
    void tellPeerOfReset() {
        isGone = true;
        carry(SIGNAL_BYTES, peer::resetSoon);
    }

    private void leave() {
        isGone = true;
        host.remove(this);
        unread.clear();
    }

    private void carry(int bytes, Runnable arrival) {
        lastDueNs = net.link(host.name(), remote.name()).carry(bytes, lastDueNs, arrival);
    }

    private void transmit() {
        ByteBuffer bytes = ByteBuffer.wrap(unframed.toByteArray());
        while (bytes.remaining() >= LENGTH_BYTES
                && bytes.remaining() - LENGTH_BYTES >= bytes.getInt(bytes.position())) {
            byte[] body = new byte[bytes.getInt()];
            bytes.get(body);
            if (!isGone) {
                bytesUnderWay += body.length;
                isSlow |= unsentBytes() > 0;
                carry(LENGTH_BYTES + body.length, () -> peer.arrived(body));
            }
        }
        unframed.reset();
        unframed.write(bytes.array(), bytes.position(), bytes.remaining());
    }

    /// Bytes have reached this machine.
    private void arrived(byte[] body) {
        if (isGone) {
            if (!host.isDark()) {
                tellPeerOfReset();
            }
            return;
        }
        loop.execute(() -> {
            if (!isGone) {
                unread.add(body);
                readOn();
            }
        });
    }

    private void readOn() {
        while (!isPaused && !isGone && !unread.isEmpty()) {
            byte[] body = unread.remove();
            peer.loop.execute(() -> peer.taken(body.length));
            session.frame(new SimFrame(ByteBuffer.wrap(body)));
        }
    }

    /// The other end has read so much of what was sent.
    private void taken(int bytes) {
        bytesUnderWay -= bytes;
        if (isSlow && !isGone && bytesUnderWay <= WINDOW_BYTES + LOW_WATER_BYTES) {
            isSlow = false;
            session.drained();
        }
    }
}
