package dev.tidemark.broker.admin;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// What the handlers know of their node and its cluster.
///
/// May be asked from any loop. Does no I/O.
///
/// @param nodeId this node
/// @param clusterId the cluster, as clients see it
/// @param configs what holds on this node
/// @param images gives the newest committed image, from any loop
/// @param active who controls the cluster, as far as this node knows; from any loop
public record ClusterFacts(
        int nodeId, String clusterId, EffectiveConfigs configs, Supplier<MetadataImage> images,
        IntSupplier active) {
    private static final int ANY_NODE = -1;

    /// Those of a node that controls itself.
    public ClusterFacts(int nodeId, String clusterId, EffectiveConfigs configs,
            Supplier<MetadataImage> images) {
        this(nodeId, clusterId, configs, images, () -> nodeId);
    }

    /// Those by which a controller looks at what a broker hands on: it is for that broker.
    public ClusterFacts atController() {
        return new ClusterFacts(ANY_NODE, clusterId, configs, images, active);
    }

    /// True if something that is meant for this broker is in the right place.
    public boolean isFor(int brokerId) {
        return nodeId == ANY_NODE ? image().broker(brokerId) != null : nodeId == brokerId;
    }

    /// The newest committed image.
    public MetadataImage image() {
        return images.get();
    }

    /// The broker that clients are to take for the controller: the one that is, if clients reach
    /// it. Every broker takes what is for the controller, so this one is as good.
    public int controllerId() {
        int id = active.getAsInt();
        BrokerImage broker = image().broker(id);
        return broker != null && !broker.fenced() ? id : nodeId;
    }
}
