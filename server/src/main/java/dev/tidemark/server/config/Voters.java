package dev.tidemark.server.config;

import dev.tidemark.node.ClusterConfig;
import dev.tidemark.node.ClusterConfig.Voter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads `controller.quorum.voters` and what belongs to it.
///
/// Stateless. Does no I/O.
final class Voters {
    private static final String FORM = "ID@HOST:PORT,ID@HOST:PORT is expected";

    private Voters() {
    }

    static List<Voter> parse(List<String> texts) {
        List<Voter> voters = new ArrayList<>();
        Set<Integer> ids = new HashSet<>();
        for (String text : texts) {
            Voter voter = parse(text);
            if (!ids.add(voter.nodeId())) {
                throw refused(text, "node " + voter.nodeId() + " is there twice");
            }
            voters.add(voter);
        }
        return voters;
    }

    private static Voter parse(String text) {
        int at = text.indexOf('@');
        int colon = text.lastIndexOf(':');
        if (at < 1 || colon < at + 2) {
            throw refused(text, FORM);
        }
        String host = text.substring(at + 1, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Voter(number(text, text.substring(0, at)), host,
                number(text, text.substring(colon + 1)));
    }

    private static int number(String text, String digits) {
        try {
            return Integer.parseUnsignedInt(digits.strip());
        } catch (NumberFormatException notANumber) {
            throw refused(text, FORM);
        }
    }

    /// What must hold between the node and the others that it names.
    static void check(ClusterConfig cluster, int nodeId, int controllerSockets) {
        if (cluster.isAlone(nodeId)) {
            return;
        }
        if (cluster.controllerListeners().isEmpty()) {
            throw InvalidConfig.of(ShellKeys.CONTROLLER_LISTENERS, "",
                    "a node of a cluster reaches the others by a listener of that name");
        }
        if (cluster.isVoter(nodeId) && controllerSockets == 0) {
            throw InvalidConfig.of(ShellKeys.LISTENERS, cluster.controllerListeners().getFirst(),
                    "a voter listens there, and nothing in " + ShellKeys.LISTENERS
                            + " has that name");
        }
    }

    private static InvalidConfig refused(String text, String why) {
        return InvalidConfig.of(ShellKeys.VOTERS, text, why);
    }
}
