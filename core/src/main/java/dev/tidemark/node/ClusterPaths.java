package dev.tidemark.node;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.cluster.AllocateProducerIdsHandler;
import dev.tidemark.broker.cluster.AlterPartitionHandler;
import dev.tidemark.broker.cluster.BrokerContacts;
import dev.tidemark.broker.cluster.BrokerHeartbeatHandler;
import dev.tidemark.broker.cluster.BrokerRegistrationHandler;
import dev.tidemark.broker.cluster.ClusterControl;
import dev.tidemark.broker.cluster.ControllerChannel;
import dev.tidemark.broker.cluster.Controllers;
import dev.tidemark.broker.cluster.EnvelopeHandler;
import dev.tidemark.broker.cluster.Forwarder;
import dev.tidemark.broker.cluster.RemoteCommands;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.io.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// The ways between this node and whoever controls the cluster, in both directions.
///
/// The channels live on the node's first loop.
final class ClusterPaths {
    private final NodeConfig config;
    private final ControlPort local;
    private final Controllers controllers;
    private final Forwarder forwarder;
    private final ClusterControl control;

    /// @param clusterId of this cluster
    /// @param local decides while this node controls
    /// @param broker what is asked of this node's broker
    ClusterPaths(Doors doors, NodeConfig config, String clusterId, ControlPort local,
            Controllers controllers, Local broker) {
        this.config = config;
        this.local = local;
        this.controllers = controllers;
        forwarder = new Forwarder(config.nodeId(), controllers, channel(doors, "forward"),
                broker.image(), broker.firstToken());
        List<Loop> loops = new ArrayList<>(doors.loops());
        loops.add(doors.quorumLoop());
        control = new ClusterControl(config.nodeId(), local, controllers,
                channel(doors, "broker"), new RemoteCommands(clusterId, broker.epoch()), loops);
    }

    /// What the ways have to know of this node's broker.
    ///
    /// @param epoch of its registration, from any loop
    /// @param image the committed metadata, from any loop
    /// @param firstToken where the numbers of its requests begin: another one in each process
    record Local(LongSupplier epoch, Supplier<MetadataImage> image, long firstToken) {
    }

    private ControllerChannel channel(Doors doors, String purpose) {
        return new ControllerChannel(doors.net(), doors.loops().getFirst(), controllers::addressOf,
                "node-" + config.nodeId() + "-" + purpose, doors.trace());
    }

    /// The way to the controller, wherever it is.
    ControlPort control() {
        return config.cluster().isAlone(config.nodeId()) ? local : control;
    }

    /// Serves at the controller what is asked of any broker.
    <Q extends ApiMessage> Handler<Q> forward(Handler<Q> handler) {
        return forwarder.forward(handler);
    }

    /// What brokers ask of a controller.
    ///
    /// @param router of the controllers' listener
    void serve(Router router, String clusterId) {
        var contacts = new BrokerContacts(local);
        router.onConnectionClosed(contacts::closed);
        router.serve(ApiKeys.BROKER_REGISTRATION,
                        new BrokerRegistrationHandler(clusterId, local, contacts))
                .serve(ApiKeys.BROKER_HEARTBEAT, new BrokerHeartbeatHandler(local, contacts))
                .serve(ApiKeys.ALTER_PARTITION, new AlterPartitionHandler(local))
                .serve(ApiKeys.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsHandler(local))
                .serve(ApiKeys.ENVELOPE, new EnvelopeHandler(config.nodeId(), router,
                        controllers));
    }
}
