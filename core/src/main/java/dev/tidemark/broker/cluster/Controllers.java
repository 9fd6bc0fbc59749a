package dev.tidemark.broker.cluster;

/// Who controls the cluster, as far as this node knows.
///
/// May be asked from any loop.
@FunctionalInterface
public interface Controllers {
    /// Stands for nobody.
    int NOBODY = -1;

    /// The node that controls, or [#NOBODY] if that is not known.
    int activeId();

    /// Where a node listens that may control; null if that is not known.
    default ControllerChannel.Address addressOf(int nodeId) {
        return null;
    }
}
