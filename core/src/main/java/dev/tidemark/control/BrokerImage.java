package dev.tidemark.control;

import java.util.List;

/// One registered broker.
///
/// Immutable. Does no I/O.
///
/// @param id the node's number
/// @param brokerEpoch rises with every change of a registration in the cluster
/// @param endpoints where clients reach it, one per listener
/// @param rack where it stands, or null
/// @param fenced true while it may not lead nor be shown to clients
public record BrokerImage(
        int id, long brokerEpoch, List<Endpoint> endpoints, String rack, boolean fenced) {
    public BrokerImage {
        endpoints = List.copyOf(endpoints);
    }

    BrokerImage withEpoch(long newEpoch) {
        return new BrokerImage(id, newEpoch, endpoints, rack, fenced);
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
