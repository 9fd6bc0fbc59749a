package dev.tidemark.broker.throttle;

import dev.tidemark.base.Clock;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How fast this broker moves the records of partitions that are throttled, on one side: as the
/// leader that sends them, or as the follower that fetches them.
///
/// It holds for replicas that are not in sync, and only their bytes count: what keeps a replica in
/// sync is never held back, and takes nothing from those that are to become so.
///
/// Any loop may ask; the metadata's loop sets it. Does no I/O.
public final class ReplicationThrottle {
    private static final String ALL = "*";
    private static final long NS_PER_MS = 1_000_000;

    private final int localId;
    private final ByteRate rate = new ByteRate();
    private volatile Map<String, Covered> byTopic = Map.of();

    /// @param localId this broker
    public ReplicationThrottle(int localId) {
        this.localId = localId;
    }

    /// One that holds nothing back.
    public static ReplicationThrottle none() {
        return new ReplicationThrottle(-1);
    }

    /// Which of a topic's partitions.
    ///
    /// @param some null for all
    private record Covered(BitSet some) {
        boolean has(int partition) {
            return some == null || some.get(partition);
        }
    }

    /// Sets the rate in bytes per second; `Long.MAX_VALUE` for none.
    void limit(long bytesPerSecond) {
        rate.limit(bytesPerSecond);
    }

    /// Sets which of a topic's replicas it holds for.
    ///
    /// @param replicas `partition:broker` each, or `*` alone for all
    void cover(String topic, List<String> replicas) {
        var covered = covered(replicas);
        if (covered != null || byTopic.containsKey(topic)) {
            var changed = new HashMap<>(byTopic);
            if (covered == null) {
                changed.remove(topic);
            } else {
                changed.put(topic, covered);
            }
            byTopic = Map.copyOf(changed);
        }
    }

    private Covered covered(List<String> replicas) {
        if (replicas.equals(List.of(ALL))) {
            return new Covered(null);
        }
        var some = new BitSet();
        for (var replica : replicas) {
            int colon = replica.indexOf(':');
            if (Integer.parseInt(replica.substring(colon + 1)) == localId) {
                some.set(Integer.parseInt(replica.substring(0, colon)));
            }
        }
        return some.isEmpty() ? null : new Covered(some);
    }

    /// True if anything is throttled at all: where it is not, there is nothing more to ask.
    public boolean isOn() {
        return rate.isLimited() && !byTopic.isEmpty();
    }

    /// True if it holds for this broker's replica of the partition.
    public boolean covers(String topic, int partition) {
        var covered = byTopic.get(topic);
        return covered != null && covered.has(partition) && rate.isLimited();
    }

    /// So many bytes of a partition that it holds for have been moved.
    public void took(long bytes, Clock clock) {
        rate.took(bytes, clock.nanos());
    }

    /// How long nothing more may be moved, in milliseconds rounded up; 0 if it may be now.
    public long waitMs(Clock clock) {
        return (rate.waitNs(clock.nanos()) + NS_PER_MS - 1) / NS_PER_MS;
    }
}
