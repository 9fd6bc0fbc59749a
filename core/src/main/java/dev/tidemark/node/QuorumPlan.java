package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.quorum.QuorumSettings;
import dev.tidemark.quorum.QuorumSettings.Belonging;
import dev.tidemark.quorum.QuorumSettings.Timing;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import dev.tidemark.store.LogDir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/// What a node's configuration means for the quorum.
///
/// Stateless.
final class QuorumPlan {
    private static final String IDENTITY = "meta.properties";
    private static final String KEYS = "controller.quorum.";

    private QuorumPlan() {
    }

    static QuorumSettings of(NodeConfig config, LogDir dir) {
        QuorumSettings alone =
                QuorumSettings.alone(config.nodeId(), dir.clusterId(), dir.directoryId());
        ClusterConfig cluster = config.cluster();
        if (cluster.isAlone(config.nodeId())) {
            return alone;
        }
        check(!cluster.controllerListeners().isEmpty(), "voters are reached by a listener");
        return new QuorumSettings(config.nodeId(), dir.clusterId(), dir.directoryId(),
                cluster.controllerListeners().getFirst(),
                membership(config.nodeId(), cluster),
                timing(config.file()), QuorumSettings.SNAPSHOT_BYTES);
    }

    private static Belonging membership(int nodeId, ClusterConfig cluster) {
        List<VoterAddress> founders = addresses(cluster.voters());
        VoterAddress own = founders.stream().filter(founder -> founder.nodeId() == nodeId)
                .findFirst().orElse(cluster.part().controller() == null ? null
                        : address(cluster.part().controller()));
        Boolean joins = cluster.part().joins();
        boolean isFounder = founders.stream().anyMatch(founder -> founder.nodeId() == nodeId);
        return new Belonging(founders, addresses(cluster.part().bootstrap()), own,
                own != null && (joins == null ? isFounder : joins));
    }

    private static List<VoterAddress> addresses(List<ClusterConfig.Voter> voters) {
        return voters.stream().map(QuorumPlan::address).toList();
    }

    private static VoterAddress address(ClusterConfig.Voter voter) {
        return new VoterAddress(voter.nodeId(), voter.host(), voter.port());
    }

    private static Timing timing(Map<String, String> file) {
        Timing usual = Timing.DEFAULTS;
        int fetchTimeoutMs = number(file, "fetch.timeout.ms", usual.fetchTimeoutMs());
        return new Timing(
                number(file, "election.timeout.ms", usual.electionTimeoutMs()), fetchTimeoutMs,
                number(file, "election.backoff.max.ms", usual.backoffMaxMs()),
                number(file, "request.timeout.ms", usual.requestTimeoutMs()),
                Math.min(usual.fetchWaitMs(), fetchTimeoutMs / 2));
    }

    private static int number(Map<String, String> file, String key, int usual) {
        String text = file.get(KEYS + key);
        return text == null ? usual : Integer.parseInt(text.strip());
    }

    /// The cluster's id that the data directory is to have: as configured; for a new directory of
    /// one node of several, one that follows from the voters, so that all of them agree; null to
    /// leave it to the directory.
    static String clusterId(NodeConfig config, Disk disk) throws IOException {
        if (config.clusterId() != null || config.cluster().voters().isEmpty()
                || config.cluster().isAlone(config.nodeId())
                || disk.exists(IDENTITY)) {
            return config.clusterId();
        }
        String voters = config.cluster().voters().stream()
                .sorted(Comparator.comparingInt(ClusterConfig.Voter::nodeId))
                .map(voter -> voter.nodeId() + "@" + voter.host() + ":" + voter.port())
                .collect(Collectors.joining(","));
        ByteBuffer digest = ByteBuffer.wrap(sha256(voters));
        Uuid id = new Uuid(digest.getLong() & Long.MAX_VALUE, digest.getLong());
        check(!id.toString().startsWith("-"), "an id begins with a letter or a digit");
        return id.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException none) {
            throw new LinkageError("every JDK has SHA-256", none);
        }
    }
}
