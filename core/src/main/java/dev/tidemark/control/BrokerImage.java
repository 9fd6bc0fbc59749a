package dev.tidemark.control;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// One registered broker.
///
/// Immutable. Does no I/O.
///
/// @param id the node's number
/// @param brokerEpoch names this registration: higher than that of any registration before it
/// @param endpoints where clients reach it, one per listener
/// @param rack where it stands, or null
/// @param standing whether it takes part
/// @param identity which run of which disks it is
/// @param features the levels that it understands; empty if it did not say
public record BrokerImage(
        int id,
        long brokerEpoch,
        List<Endpoint> endpoints,
        String rack,
        Standing standing,
        Identity identity,
        List<Features.Feature> features) {
    public BrokerImage {
        endpoints = List.copyOf(endpoints);
        features = List.copyOf(features);
    }

    /// Whether a broker takes part.
    public enum Standing {
        /// It may lead and be in sync, and clients are sent to it.
        ACTIVE,
        /// It has not caught up yet, or was not heard of for a session: it neither leads nor is
        /// in sync, and clients are not sent to it.
        FENCED,
        /// It is about to stop, and may serve but neither lead nor be in sync.
        SHUTTING_DOWN
    }

    /// Which run of which disks a broker is.
    ///
    /// @param incarnationId drawn anew at every start; [Uuid#ZERO_UUID] for a node that is alone
    ///     with its controller in one process: it needs no session
    /// @param directories the ids of its data directories; empty if it did not say
    public record Identity(Uuid incarnationId, List<Uuid> directories) {
        /// A node that is alone.
        public static final Identity ALONE = new Identity(Uuid.ZERO_UUID, List.of());

        public Identity {
            directories = List.copyOf(directories);
        }
    }

    /// The same broker under another epoch.
    public BrokerImage withEpoch(long newEpoch) {
        return new BrokerImage(id, newEpoch, endpoints, rack, standing, identity, features);
    }

    /// The same broker with another standing.
    public BrokerImage with(Standing newStanding) {
        return new BrokerImage(id, brokerEpoch, endpoints, rack, newStanding, identity, features);
    }

    /// True while it may neither lead nor be shown to clients.
    public boolean fenced() {
        return standing == Standing.FENCED;
    }

    /// True if it may lead and be in sync.
    public boolean isActive() {
        return standing == Standing.ACTIVE;
    }

    /// True if it is in one process with its controller, and so has no session.
    public boolean isAlone() {
        return identity.incarnationId().equals(Uuid.ZERO_UUID);
    }

    /// Where the broker is reached by clients that came through a listener of this name.
    ///
    /// @return null if it has no such listener
    public Endpoint endpoint(String listenerName) {
        for (var endpoint : endpoints) {
            if (endpoint.listenerName().equals(listenerName)) {
                return endpoint;
            }
        }
        return null;
    }

    /// One advertised listener.
    ///
    /// @param listenerName as configured, for instance `PLAINTEXT`
    /// @param host as clients are to resolve it
    /// @param port as clients are to connect to it
    /// @param securityProtocol Kafka's number of it: 0 plaintext, 1 TLS, 2 SASL, 3 SASL over TLS
    public record Endpoint(String listenerName, String host, int port, short securityProtocol) {
    }
}
