package dev.tidemark.broker.admin;

import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import java.util.function.Supplier;

/// What the handlers know of their node and its cluster.
///
/// May be asked from any loop. Does no I/O.
///
/// @param nodeId this node
/// @param clusterId the cluster, as clients see it
/// @param configs what holds on this node
/// @param images gives the newest committed image, from any loop
public record ClusterFacts(
        int nodeId, String clusterId, EffectiveConfigs configs, Supplier<MetadataImage> images) {
    /// The newest committed image.
    public MetadataImage image() {
        return images.get();
    }

    /// The broker that clients are to take for the controller: every broker takes what is for
    /// the controller, so it is this one.
    public int controllerId() {
        return nodeId;
    }
}
