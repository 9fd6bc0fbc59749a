package dev.tidemark.broker.cluster;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.wire.PeerClient;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.common.protocol.ApiKeys;

/// This node's connections to those who may control the cluster: one to each, kept open.
///
/// Confined to its loop.
public final class ControllerChannel {
    private final Net net;
    private final Loop loop;
    private final IntFunction<Address> addresses;
    private final String clientId;
    private final Trace trace;
    private final Map<Address, PeerClient> clients = new HashMap<>();

    /// @param loop where the connections live
    /// @param addresses of the controllers' listeners, by node; null where it is not known
    /// @param clientId what they are told of who asks
    public ControllerChannel(Net net, Loop loop, IntFunction<Address> addresses, String clientId,
            Trace trace) {
        this.net = net;
        this.loop = loop;
        this.addresses = addresses;
        this.clientId = clientId;
        this.trace = trace;
    }

    /// Where a controller listens.
    public record Address(String host, int port) {
    }

    /// The loop that it lives on, and answers on.
    Loop loop() {
        return loop;
    }

    /// Asks one controller, once.
    void send(int controllerId, ApiKeys api, PeerClient.Body body, long timeoutMs,
            PeerClient.Answer answer) {
        check(loop.inLoop(), "controllers are asked on the channel's loop");
        Address address = addresses.apply(controllerId);
        if (address == null) {
            loop.execute(() -> answer.failed("node " + controllerId + " has no known address"));
            return;
        }
        clients.computeIfAbsent(address, _ -> new PeerClient(net, loop, address.host,
                address.port, clientId, trace)).send(api, body, timeoutMs, answer);
    }

    /// Closes the connections.
    void close() {
        clients.values().forEach(PeerClient::close);
    }
}
