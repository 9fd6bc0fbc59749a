package dev.tidemark.server.config;

import dev.tidemark.node.ClusterConfig;
import java.util.List;
import java.util.Set;

/// Reads `process.roles` and what belongs to it.
///
/// Stateless. Does no I/O.
final class Roles {
    static final String BROKER = "broker";
    static final String CONTROLLER = "controller";

    private Roles() {
    }

    /// What must hold between what a node is and where it listens.
    ///
    /// @param clientSockets listeners that are not for controllers
    static void check(List<String> roles, int clientSockets) {
        if (roles.isEmpty() || !Set.of(BROKER, CONTROLLER).containsAll(roles)) {
            throw refused(roles, BROKER + ", " + CONTROLLER + " or both are expected");
        }
        if (roles.contains(BROKER) && clientSockets == 0) {
            throw InvalidConfig.of(ShellKeys.LISTENERS, "", "at least one is for clients");
        }
    }

    /// What must hold between what a node is and who votes.
    static void check(ClusterConfig cluster, int nodeId, List<String> roles) {
        if (!roles.contains(CONTROLLER) && cluster.isVoter(nodeId)) {
            throw refused(roles, cluster.isAlone(nodeId)
                    ? "a broker alone finds its controllers by " + ShellKeys.VOTERS + " or "
                            + ShellKeys.BOOTSTRAP_SERVERS
                    : "node " + nodeId + " is in " + ShellKeys.VOTERS + ", so it is a controller");
        }
        if (!roles.contains(BROKER) && !cluster.isVoter(nodeId)) {
            throw refused(roles, "a controller that is no broker is in " + ShellKeys.VOTERS
                    + ", or has a controller's listener to join by");
        }
    }

    private static InvalidConfig refused(List<String> roles, String why) {
        return InvalidConfig.of(ShellKeys.ROLES, String.join(",", roles), why);
    }
}
