package dev.tidemark.broker.replication;

import dev.tidemark.base.Trace;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.io.Net;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/// How a node reaches the others that it follows. Any loop may ask.
///
/// @param localId this node
/// @param brokerEpoch this node's registration as of now, or -1
/// @param addresses where a broker is reached by brokers as of now; null if that is not known
/// @param throttle how fast it fetches what it is not in sync with
/// @param net the door to them
/// @param trace where failures are told
public record Peers(int localId, LongSupplier brokerEpoch, IntFunction<Address> addresses,
        ReplicationThrottle throttle, Net net, Trace trace) {
    /// Where one broker is.
    public record Address(String host, int port) {
    }
}
