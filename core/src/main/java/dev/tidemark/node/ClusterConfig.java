package dev.tidemark.node;

import java.util.List;

/// Which nodes there are, as a node is told by its configuration file.
///
/// Immutable.
///
/// @param voters `controller.quorum.voters`; empty for a node that is a cluster by itself
/// @param controllerListeners `controller.listener.names`: by them controllers and brokers talk to
///     the quorum, and nobody else
/// @param interBrokerListener `inter.broker.listener.name`: by it brokers talk to each other
public record ClusterConfig(List<Voter> voters, List<String> controllerListeners,
        String interBrokerListener) {
    /// A node that is a cluster by itself.
    public static final ClusterConfig ALONE = new ClusterConfig(List.of(), List.of(), "PLAINTEXT");

    /// Copies the lists.
    public ClusterConfig {
        voters = List.copyOf(voters);
        controllerListeners = List.copyOf(controllerListeners);
    }

    /// A node that votes, and where its controller's listener is.
    public record Voter(int nodeId, String host, int port) {
    }

    /// True if there is no other node.
    public boolean isAlone(int nodeId) {
        return voters.stream().allMatch(voter -> voter.nodeId == nodeId);
    }

    /// True if the node takes part in the quorum's votes.
    public boolean isVoter(int nodeId) {
        return voters.isEmpty() || voters.stream().anyMatch(voter -> voter.nodeId == nodeId);
    }
}
