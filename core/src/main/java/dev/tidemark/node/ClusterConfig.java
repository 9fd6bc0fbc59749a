package dev.tidemark.node;

import java.util.List;

/// Which nodes there are, as a node is told by its configuration file, and what it is among them.
///
/// Immutable.
///
/// @param voters `controller.quorum.voters`: who begins the quorum; empty for a node that is a
///     cluster by itself, or that joins one
/// @param controllerListeners `controller.listener.names`: by them controllers and brokers talk to
///     the quorum, and nobody else
/// @param interBrokerListener `inter.broker.listener.name`: by it brokers talk to each other
/// @param part what this node is
public record ClusterConfig(List<Voter> voters, List<String> controllerListeners,
        String interBrokerListener, Part part) {
    /// A node that is a cluster by itself.
    public static final ClusterConfig ALONE = new ClusterConfig(List.of(), List.of(), "PLAINTEXT");

    /// Copies the lists.
    public ClusterConfig {
        voters = List.copyOf(voters);
        controllerListeners = List.copyOf(controllerListeners);
    }

    /// A broker, which is a controller too if it is one of the voters.
    public ClusterConfig(List<Voter> voters, List<String> controllerListeners,
            String interBrokerListener) {
        this(voters, controllerListeners, interBrokerListener, Part.BOTH);
    }

    /// A node that votes, and where its controller's listener is.
    public record Voter(int nodeId, String host, int port) {
    }

    /// What a node is.
    ///
    /// @param isBroker `process.roles`: true if it keeps partitions and serves clients
    /// @param bootstrap `controller.quorum.bootstrap.servers`: where the quorum can be found;
    ///     the numbers don't matter
    /// @param controller where its own controller listens, if it is one and not among the voters of
    ///     the beginning; else null
    /// @param joins `controller.quorum.auto.join.enable`: true to become a voter by itself, false
    ///     only when told to, null to do so if it is a voter of the beginning
    public record Part(boolean isBroker, List<Voter> bootstrap, Voter controller, Boolean joins) {
        /// A broker, and a controller if it is one of the voters.
        public static final Part BOTH = new Part(true, List.of(), null, null);

        /// Copies the list.
        public Part {
            bootstrap = List.copyOf(bootstrap);
        }
    }

    /// True if there is no other node. A controller that is no broker waits for brokers.
    public boolean isAlone(int nodeId) {
        return part.isBroker && part.bootstrap.isEmpty()
                && voters.stream().allMatch(voter -> voter.nodeId == nodeId);
    }

    /// True if the node may take part in the quorum's votes.
    public boolean isVoter(int nodeId) {
        return isAlone(nodeId) || part.controller != null
                || voters.stream().anyMatch(voter -> voter.nodeId == nodeId);
    }
}
