package dev.tidemark.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidemark.node.ClusterConfig;
import dev.tidemark.node.ClusterConfig.Voter;
import dev.tidemark.server.net.Listener;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/// Reads `controller.quorum.voters` and what belongs to it.
///
/// Stateless. Does no I/O.
final class Voters {
    private static final String FORM = "ID@HOST:PORT,ID@HOST:PORT is expected";

    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "::1");

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

    /// Reads `controller.quorum.bootstrap.servers`, without this node itself.
    ///
    /// @param own where this node's controller listens; null if it is none
    static List<Voter> servers(List<String> texts, Listener own) {
        List<Voter> servers = new ArrayList<>();
        for (String text : texts) {
            // Their numbers don't matter: the quorum says who they are.
            Voter server = parse("0@" + text);
            boolean isOwn = own != null && server.port() == own.port()
                    && (server.host().equals(own.host()) || HERE.contains(server.host()));
            if (!isOwn) {
                servers.add(server);
            }
        }
        return servers;
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

    /// An id that all nodes of a new cluster come to alike, because they name the same voters.
    static String clusterId(ClusterConfig cluster) {
        String voters = cluster.voters().stream()
                .map(voter -> voter.nodeId() + "@" + voter.host() + ":" + voter.port()).sorted()
                .collect(Collectors.joining(","));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(voters.getBytes(UTF_8));
            // The first bit is none that a dash could come from.
            hash[0] &= 0x7f;
            return new Uuid(ByteBuffer.wrap(hash).getLong(0), ByteBuffer.wrap(hash).getLong(
                    Long.BYTES)).toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has it", impossible);
        }
    }

    private static InvalidConfig refused(String text, String why) {
        return InvalidConfig.of(ShellKeys.VOTERS, text, why);
    }
}
