package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.quorum.QuorumSettings.Belonging;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.raft.RaftClientDoor;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.RaftMessageQueue;
import org.apache.kafka.raft.ReplicaKey;
import org.apache.kafka.raft.VoterSet;
import org.apache.kafka.raft.internals.BatchMemoryPool;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.snapshot.RecordsSnapshotWriter;
import org.apache.kafka.snapshot.Snapshots;

/// Makes kafka-raft's client out of our parts.
///
/// Stateless.
final class RaftClients {
    private static final int KEPT_BUFFERS = 1;
    /// Voters with directory ids: kraft.version 1.
    private static final SupportedVersionRange VERSIONS =
            new SupportedVersionRange((short) 0, (short) 1);

    private RaftClients() {
    }

    /// A client that has read its log and knows its term, and has not polled yet. Blocks.
    ///
    /// @param store where the vote is kept
    static KafkaRaftClient<MetadataRecord> open(QuorumSettings settings, Loop loop, Prng prng,
            Ports ports, QuorumStateStore store) {
        var time = new RaftTime(loop.clock());
        Belonging membership = settings.membership();
        var who = new RaftClientDoor.Identity(settings.nodeId(), settings.directoryId(),
                settings.clusterId(), membership.own() != null,
                endpoints(ports.channel().listenerName(), membership.own()),
                bootstrap(settings));
        var parts = new RaftClientDoor.Parts<>(new MetadataSerde(), ports.channel(),
                ports.queue(), ports.log(),
                new BatchMemoryPool(KEPT_BUFFERS, KafkaRaftClient.MAX_BATCH_SIZE_BYTES));
        var rules = new RaftClientDoor.Rules(time,
                new RaftExpiry(loop, ports.queue()::wakeup), new Random(prng.nextLong()),
                settings.timing().fetchWaitMs(), VERSIONS, config(settings));
        KafkaRaftClient<MetadataRecord> client = RaftClientDoor.client(who, parts, rules);
        client.initialize(Map.of(), store, new Metrics(new MetricConfig(), List.of(), time),
                ignored -> { });
        return client;
    }

    /// What the client works with.
    record Ports(NetworkChannel channel, RaftMessageQueue queue, RaftLog log) {
    }

    /// What a quorum begins with: its voters, each with its directory, as a snapshot of nothing.
    /// Blocks.
    static void found(QuorumSettings settings, Collection<Founder> founders, RaftLog log,
            Loop loop) {
        var listener = ListenerName.normalised(settings.listener());
        Map<Integer, VoterSet.VoterNode> voters = new TreeMap<>();
        for (Founder founder : founders) {
            voters.put(founder.nodeId(), VoterSet.VoterNode.of(
                    ReplicaKey.of(founder.nodeId(), founder.directoryId()),
                    endpoints(listener, settings.membership().founder(founder.nodeId())),
                    VERSIONS));
        }
        check(voters.containsKey(settings.nodeId()), "a founder votes", settings.nodeId());
        var writing = log.createNewSnapshotUnchecked(Snapshots.BOOTSTRAP_SNAPSHOT_ID);
        check(writing.isPresent(), "a quorum is founded once");
        try (RecordsSnapshotWriter<MetadataRecord> writer = new RecordsSnapshotWriter.Builder()
                .setTime(new RaftTime(loop.clock()))
                .setMemoryPool(new BatchMemoryPool(KEPT_BUFFERS,
                        KafkaRaftClient.MAX_BATCH_SIZE_BYTES))
                .setRawSnapshotWriter(writing.get())
                .setKraftVersion(KRaftVersion.KRAFT_VERSION_1)
                .setVoterSet(Optional.of(VoterSet.fromMap(voters)))
                .build(new MetadataSerde())) {
            long _ = writer.freeze();
        }
    }

    private static Endpoints endpoints(ListenerName listener, VoterAddress own) {
        return own == null ? Endpoints.empty()
                : Endpoints.fromInetSocketAddresses(Map.of(listener, address(own)));
    }

    private static InetSocketAddress address(VoterAddress voter) {
        return InetSocketAddress.createUnresolved(voter.host(), voter.port());
    }

    /// All others that may know of the quorum; a node that knows of none is its own.
    private static List<InetSocketAddress> bootstrap(QuorumSettings settings) {
        VoterAddress own = settings.membership().own();
        InetSocketAddress self = own == null ? null : address(own);
        List<InetSocketAddress> others = Stream.concat(
                        settings.membership().founders().stream(),
                        settings.membership().bootstrap().stream())
                .map(RaftClients::address).filter(each -> !each.equals(self)).distinct().toList();
        check(self != null || !others.isEmpty(), "who follows has somebody to follow");
        return others.isEmpty() ? List.of(self) : others;
    }

    private static QuorumConfig config(QuorumSettings settings) {
        QuorumSettings.Timing timing = settings.timing();
        return new QuorumConfig(new AbstractConfig(QuorumConfig.CONFIG_DEF, Map.of(
                QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG, timing.electionTimeoutMs(),
                QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG, timing.fetchTimeoutMs(),
                QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG, timing.backoffMaxMs(),
                QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG, timing.requestTimeoutMs(),
                QuorumConfig.QUORUM_AUTO_JOIN_ENABLE_CONFIG, settings.membership().joins(),
                QuorumConfig.QUORUM_LINGER_MS_CONFIG, 0), false));
    }
}
