package dev.tidemark.server.net;

import dev.tidemark.base.Clock;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Who is connected: how many in all, how many from each address, and how quickly they come.
///
/// May be used from any thread.
final class Crowd {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final int ceiling;
    private final Supplier<GuestList> guests;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong nextDueNs;
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final List<Runnable> whenOneLeaves = new CopyOnWriteArrayList<>();

    /// @param ceiling connections that the system has room for, whatever is configured
    /// @param guests as it is now
    Crowd(Clock clock, int ceiling, Supplier<GuestList> guests) {
        this.clock = clock;
        this.ceiling = ceiling;
        this.guests = guests;
        nextDueNs = new AtomicLong(clock.nanos() - SECOND_NS);
    }

    int count() {
        return open.get();
    }

    boolean hasRoom() {
        return open.get() < Math.min(ceiling, guests.get().most());
    }

    /// Counts one more connection, if there is room and the last ones are not too recent.
    boolean claim() {
        if (!hasRoom() || !isInPace()) {
            return false;
        }
        if (open.incrementAndGet() <= Math.min(ceiling, guests.get().most())) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    /// After a quiet second there may be a second's worth at once.
    private boolean isInPace() {
        int perSecond = guests.get().perSecond();
        if (perSecond == Integer.MAX_VALUE) {
            return true;
        }
        long nowNs = clock.nanos();
        long before = nextDueNs.get();
        long dueNs = Math.max(before, nowNs - SECOND_NS);
        return dueNs <= nowNs && nextDueNs.compareAndSet(
                before, dueNs + SECOND_NS / Math.max(1, perSecond));
    }

    /// Counts a claimed connection for its address.
    ///
    /// @return null, or why it is one too many and was not counted
    String enter(InetAddress address) {
        int most = guests.get().addresses().of(address);
        if (byAddress.merge(address, 1, Integer::sum) > most) {
            forget(address);
            return "max.connections.per.ip is " + most + " for " + address.getHostAddress();
        }
        return null;
    }

    /// A claimed connection is gone.
    ///
    /// @param address that it was counted for, or null
    void leave(InetAddress address) {
        if (address != null) {
            forget(address);
        }
        open.decrementAndGet();
        whenOneLeaves.forEach(Runnable::run);
    }

    private void forget(InetAddress address) {
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    /// From now on runs `then` whenever a connection is gone, on whatever thread it went on.
    void whenOneLeaves(Runnable then) {
        whenOneLeaves.add(then);
    }
}
