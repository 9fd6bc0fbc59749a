package dev.tidemark.server.net;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Who is connected: how many in all, and how many from each address.
///
/// May be used from any thread.
final class Crowd {
    private final int most;
    private final AddressLimits limits;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /// @param most connections in all
    Crowd(int most, AddressLimits limits) {
        this.most = most;
        this.limits = limits;
    }

    int count() {
        return open.get();
    }

    /// Counts a new connection.
    ///
    /// @return null, or why it is one too many and was not counted
    String enter(InetAddress address) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return "max.connections is " + most;
        }
        if (limits.areNone()) {
            return null;
        }
        int mostOfIts = limits.of(address);
        if (byAddress.merge(address, 1, Integer::sum) > mostOfIts) {
            leave(address);
            return "max.connections.per.ip is " + mostOfIts + " for " + address.getHostAddress();
        }
        return null;
    }

    /// A connection that was counted is gone.
    void leave(InetAddress address) {
        open.decrementAndGet();
        if (!limits.areNone()) {
            byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        }
    }
}
