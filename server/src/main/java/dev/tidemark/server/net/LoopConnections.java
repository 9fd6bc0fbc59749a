package dev.tidemark.server.net;

import dev.tidemark.server.loop.NettyLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// The connections of one loop, and what they share.
///
/// Looks through them now and then for clients whose time is up; sleeps while there are none.
/// Confined to its loop, but for the getters of what never changes.
final class LoopConnections {
    private static final long MAX_SWEEP_MS = 5_000;
    private static final long MIN_SWEEP_MS = 10;
    private static final int SWEEPS_PER_TIMEOUT = 4;

    private final NettyLoop loop;
    private final NodeConnections node;
    private final LinkedHashSet<NettyConnection> open = new LinkedHashSet<>();
    private final Runnable sweep = this::sweep;
    private final long sweepMs;
    private boolean isSweeping;
    private long squeezedNanos;

    LoopConnections(NettyLoop loop, NodeConnections node) {
        this.loop = loop;
        this.node = node;
        sweepMs = sweepMs(node.limits());
        squeezedNanos = loop.clock().nanos() - Squeeze.LEAST_ROUND_NANOS;
    }

    NettyLoop loop() {
        return loop;
    }

    ConnectionLimits limits() {
        return node.limits();
    }

    RequestBudget budget() {
        return node.budget();
    }

    UnsentBudget unsent() {
        return node.unsent();
    }

    Squeeze squeeze() {
        return node.squeeze();
    }

    FileSender files() {
        return node.files();
    }

    ClosedLog log() {
        return node.log();
    }

    void add(NettyConnection connection) {
        open.add(connection);
        if (!isSweeping) {
            isSweeping = true;
            loop.schedule(sweepMs, sweep);
        }
    }

    void remove(NettyConnection connection) {
        open.remove(connection);
    }

    /// Closes them all.
    void close() {
        List.copyOf(open).forEach(NettyConnection::closeQuietly);
    }

    /// One round of [Squeeze]: ends connections that hold memory and do not move, the largest
    /// first, for as long as memory is short.
    ///
    /// @param isLate true if the largest one goes although it moves
    void squeeze(boolean isLate) {
        long nowNanos = loop.clock().nanos();
        // Rounds that a busy loop has fallen behind with tell nothing of its clients.
        boolean isRound = nowNanos - squeezedNanos >= Squeeze.LEAST_ROUND_NANOS;
        if (isRound) {
            squeezedNanos = nowNanos;
        }
        List<NettyConnection> holders = new ArrayList<>();
        for (NettyConnection connection : open) {
            connection.measure();
            if (isRound && connection.hasItsClientToBlame()) {
                holders.add(connection);
            }
        }
        holders.sort(Comparator.comparingLong(NettyConnection::heldBytes).reversed());
        for (int i = 0; i < holders.size() && squeeze().isOn(); i++) {
            NettyConnection holder = holders.get(i);
            if (holder.stands() || (isLate && i == 0)) {
                holder.close("memory is short, and it holds " + holder.heldBytes()
                        + " bytes of what it has not sent to the end, or not taken");
            }
        }
    }

    private void sweep() {
        long nowNanos = loop.clock().nanos();
        for (NettyConnection connection : open) {
            connection.inspect(nowNanos);
        }
        isSweeping = !open.isEmpty();
        if (isSweeping) {
            loop.schedule(sweepMs, sweep);
        }
    }

    private static long sweepMs(ConnectionLimits limits) {
        long idleMs = limits.idleMs() < 0 ? Long.MAX_VALUE : limits.idleMs();
        long shortestMs = Math.min(idleMs,
                Math.min(limits.requestTimeoutMs(), limits.writeTimeoutMs()));
        return Math.clamp(shortestMs / SWEEPS_PER_TIMEOUT, MIN_SWEEP_MS, MAX_SWEEP_MS);
    }
}
