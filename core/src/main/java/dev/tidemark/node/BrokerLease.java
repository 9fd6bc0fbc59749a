package dev.tidemark.node;

import dev.tidemark.broker.cluster.BrokerLifecycle;
import dev.tidemark.machine.Lease;
import java.util.function.LongSupplier;

/// The lease of a broker: for a while after it sent a heartbeat that was answered, it may believe
/// that nobody leads in its place.
///
/// Why that is so. The controller counts a broker's silence from when it *receives* a heartbeat,
/// which is later than it was sent, and fences it after `broker.session.timeout.ms` (1500 ms) of
/// silence, or `tidemark.broker.reconnect.timeout.ms` (400 ms) if it sees the connection close; a
/// new controller grants as much from when it begins. The lease is three quarters of the lesser of
/// the two (300 ms), so that clocks of different speed and the time between a look at the lease and
/// the answer have 100 ms. A heartbeat each 100 ms renews it twice before it ends.
///
/// A heartbeat renews it only if the answer says that the broker is not fenced, and knows of the
/// last time that it was: it may have been fenced, and its partitions given away, while it was
/// stopped. Leaders that move between brokers that live are no matter of leases: the new leader
/// waits until the old one, being in sync, has fetched from it
/// ([dev.tidemark.replica.Partition#isAccepted]). A broker that takes leave gives its lease up
/// first.
///
/// The controller's own authority is a lease too: it counts from the last time at which it led for
/// certain ([dev.tidemark.quorum.Quorum#majorityHeardNs]), and while it has run out no heartbeat is
/// answered, the controller's own broker's least of all. So a lease ends at most two leases (600
/// ms) after such a time. Nobody else is elected before the voters have missed their leader for
/// `controller.quorum.fetch.timeout.ms` (700 ms), and then the old controller has
/// `tidemark.broker.reconnect.timeout.ms` more, and any other broker its session.
///
/// Time is monotonic: it goes on while a process is stopped. On a machine that sleeps it may not,
/// and whoever makes machines sleep has to stop the node before.
///
/// @param fromNs since when it counts, or [BrokerLifecycle#NO_LEASE]; any loop
/// @param leaseMs how long it holds from then on
record BrokerLease(LongSupplier fromNs, long leaseMs) implements Lease {
    private static final long NS_PER_MS = 1_000_000;

    @Override
    public boolean holds(long nowNs) {
        long sentNs = fromNs.getAsLong();
        return sentNs != BrokerLifecycle.NO_LEASE && nowNs - sentNs < leaseMs * NS_PER_MS;
    }
}
