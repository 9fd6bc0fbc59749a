package dev.tidemark.quorum;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
import org.apache.kafka.raft.internals.BatchMemoryPool;

/// Makes kafka-raft's client out of our parts.
///
/// Stateless.
final class RaftClients {
    private static final int KEPT_BUFFERS = 1;
    private static final SupportedVersionRange STATIC_VOTERS =
            new SupportedVersionRange((short) 0, (short) 0);

    private RaftClients() {
    }

    /// A client that has read its log and knows its term, and has not polled yet. Blocks.
    ///
    /// @param store where the vote is kept
    static KafkaRaftClient<MetadataRecord> open(QuorumSettings settings, Loop loop, Prng prng,
            Ports ports, QuorumStateStore store) {
        var time = new RaftTime(loop.clock());
        Map<Integer, InetSocketAddress> voters = new TreeMap<>();
        settings.voters().forEach(each -> voters.put(each.nodeId(),
                InetSocketAddress.createUnresolved(each.host(), each.port())));
        var who = new RaftClientDoor.Identity(settings.nodeId(), settings.directoryId(),
                settings.clusterId(), settings.voter(settings.nodeId()) != null,
                endpoints(ports.channel().listenerName(), voters.get(settings.nodeId())));
        var parts = new RaftClientDoor.Parts<>(new MetadataSerde(), ports.channel(),
                ports.queue(), ports.log(),
                new BatchMemoryPool(KEPT_BUFFERS, KafkaRaftClient.MAX_BATCH_SIZE_BYTES));
        var rules = new RaftClientDoor.Rules(time,
                new RaftExpiry(loop, ports.queue()::wakeup), new Random(prng.nextLong()),
                settings.timing().fetchWaitMs(), STATIC_VOTERS, config(settings.timing()));
        KafkaRaftClient<MetadataRecord> client = RaftClientDoor.client(who, parts, rules);
        client.initialize(voters, store, new Metrics(new MetricConfig(), List.of(), time),
                ignored -> { });
        return client;
    }

    /// What the client works with.
    record Ports(NetworkChannel channel, RaftMessageQueue queue, RaftLog log) {
    }

    private static Endpoints endpoints(ListenerName listener, InetSocketAddress own) {
        return own == null ? Endpoints.empty()
                : Endpoints.fromInetSocketAddresses(Map.of(listener, own));
    }

    private static QuorumConfig config(QuorumSettings.Timing timing) {
        return new QuorumConfig(new AbstractConfig(QuorumConfig.CONFIG_DEF, Map.of(
                QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG, timing.electionTimeoutMs(),
                QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG, timing.fetchTimeoutMs(),
                QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG, timing.backoffMaxMs(),
                QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG, timing.requestTimeoutMs(),
                QuorumConfig.QUORUM_LINGER_MS_CONFIG, 0), false));
    }
}
