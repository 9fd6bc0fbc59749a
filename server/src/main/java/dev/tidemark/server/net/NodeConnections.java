package dev.tidemark.server.net;

import dev.tidemark.base.Clock;
import dev.tidemark.io.Connection;
import dev.tidemark.server.loop.NettyLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.function.Supplier;

/// All connections of a node, and what its loops share: the count, the budget, the log.
///
/// May be used from any thread.
final class NodeConnections {
    private final ConnectionLimits limits;
    private final RequestBudget budget;
    private final UnsentBudget unsent;
    private final Squeeze squeeze;
    private final ClosedLog log;
    private final List<LoopConnections> byLoop;
    private final Crowd crowd;
    private volatile FileSender files;
    private volatile Connection.Acceptor acceptor;

    NodeConnections(List<NettyLoop> loops, Clock clock, ConnectionLimits limits,
            Supplier<GuestList> guests, long budgetBytes) {
        this.limits = limits;
        crowd = new Crowd(clock, limits.maxConnections(), guests);
        budget = new RequestBudget(budgetBytes);
        unsent = new UnsentBudget(budgetBytes);
        log = new ClosedLog(clock);
        byLoop = loops.stream().map(loop -> new LoopConnections(loop, this)).toList();
        squeeze = new Squeeze(budget, unsent, byLoop);
    }

    ConnectionLimits limits() {
        return limits;
    }

    RequestBudget budget() {
        return budget;
    }

    UnsentBudget unsent() {
        return unsent;
    }

    Squeeze squeeze() {
        return squeeze;
    }

    FileSender files() {
        return files;
    }

    ClosedLog log() {
        return log;
    }

    Connection.Acceptor acceptor() {
        return acceptor;
    }

    void open(Connection.Acceptor by, FileSender from) {
        files = from;
        acceptor = by;
    }

    Crowd crowd() {
        return crowd;
    }

    LoopConnections on(EventLoop eventLoop) {
        for (LoopConnections connections : byLoop) {
            if (connections.loop().eventLoop() == eventLoop) {
                return connections;
            }
        }
        throw new IllegalArgumentException("an event loop of another node");
    }

    /// Closes every connection, soon.
    void close() {
        for (LoopConnections connections : byLoop) {
            NettyLoop loop = connections.loop();
            loop.execute(connections::close);
        }
    }
}
