package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One simulated machine on a [SimNet]: the ports that its process listens on, the connections
/// that it has.
///
/// A process that ends leaves its machine to reset its connections. One that loses its power tells
/// nobody: its peers find out when they send something to what has been started again, or by their
/// own patience. Confined to the simulator's thread.
public final class SimHost implements Net {
    /// After which an attempt to connect is given up.
    public static final long CONNECT_TIMEOUT_MS = 3_000;

    private static final long NS_PER_MS = 1_000_000;
    private static final int FIRST_CLIENT_PORT = 40_000;
    private static final int SYN_BYTES = 40;

    private final SimNet net;
    private final String name;
    private final Prng prng;
    private final Map<Integer, Listening> ports = new LinkedHashMap<>();
    private final List<SimSocket> sockets = new ArrayList<>();
    private int nextClientPort = FIRST_CLIENT_PORT;
    private boolean isDark;

    SimHost(SimNet net, String name, Prng prng) {
        this.net = net;
        this.name = name;
        this.prng = prng;
    }

    private record Listening(String listenerName, List<Loop> loops,
            Connection.Acceptor acceptor) {
    }

    /// The machine's name.
    public String name() {
        return name;
    }

    /// Takes connections on a port, each on one of the loops.
    public void listen(int port, String listenerName, List<Loop> loops,
            Connection.Acceptor acceptor) {
        check(!ports.containsKey(port), "a port is listened on once", port);
        ports.put(port, new Listening(listenerName, List.copyOf(loops), acceptor));
    }

    /// The process ends: its machine resets all connections and refuses new ones.
    public void kill() {
        List<SimSocket> open = List.copyOf(sockets);
        losePower();
        isDark = false;
        open.forEach(SimSocket::tellPeerOfReset);
    }

    /// The machine is off: it says nothing and hears nothing until [#boot].
    public void losePower() {
        isDark = true;
        ports.clear();
        sockets.forEach(SimSocket::forget);
        sockets.clear();
    }

    /// The machine is on; nobody listens yet.
    public void boot() {
        isDark = false;
    }

    /// Connections that are open at this end.
    public int connectionCount() {
        return sockets.size();
    }

    @Override
    public void connect(Loop loop, String host, int port, Attempt attempt) {
        var dial = new Dial(this, loop, port, attempt);
        SimHost target = net.find(host);
        if (target == null) {
            dial.fail("there is no host of that name");
            return;
        }
        net.after(CONNECT_TIMEOUT_MS * NS_PER_MS, () -> dial.fail("no answer in time"));
        net.link(name, host).carry(SYN_BYTES, 0, () -> target.knocked(dial));
    }

    /// Somebody wants to connect.
    private void knocked(Dial dial) {
        if (isDark) {
            return;
        }
        Listening listening = ports.get(dial.port);
        if (listening == null) {
            net.link(name, dial.from.name).carry(SYN_BYTES, 0,
                    () -> dial.fail("connection refused"));
            return;
        }
        Loop loop = listening.loops.get(prng.nextInt(listening.loops.size()));
        loop.execute(() -> accept(dial, loop, listening));
    }

    private void accept(Dial dial, Loop loop, Listening listening) {
        int clientPort = dial.from.nextClientPort++;
        var near = new SimSocket(net, this, loop, listening.listenerName, dial.from, clientPort);
        var far = new SimSocket(net, dial.from, dial.loop, listening.listenerName, this, dial.port);
        near.join(far);
        sockets.add(near);
        near.open(() -> dial.answered(far));
        near.begin(listening.acceptor.accept(near));
    }

    void add(SimSocket socket) {
        sockets.add(socket);
    }

    void remove(SimSocket socket) {
        sockets.remove(socket);
    }

    void reset(String other) {
        for (SimSocket socket : List.copyOf(sockets)) {
            if (socket.remoteHost().equals(other)) {
                socket.resetSoon();
            }
        }
    }

    boolean isDark() {
        return isDark;
    }

    /// One attempt to connect, until it has come to an end.
    private static final class Dial {
        private final SimHost from;
        private final Loop loop;
        private final int port;
        private final Attempt attempt;
        private boolean isOver;

        Dial(SimHost from, Loop loop, int port, Attempt attempt) {
            this.from = from;
            this.loop = loop;
            this.port = port;
            this.attempt = attempt;
        }

        void fail(String why) {
            if (!isOver) {
                isOver = true;
                loop.execute(() -> attempt.failed(new IOException(why)));
            }
        }

        /// The other side has accepted.
        void answered(SimSocket socket) {
            if (isOver || from.isDark) {
                socket.tellPeerOfReset();
                return;
            }
            isOver = true;
            from.add(socket);
            loop.execute(() -> socket.begin(attempt.connected(socket)));
        }
    }
}
