package dev.tidemark.quorum;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import java.lang.reflect.Constructor;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.ExpirationService;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.RaftMessageQueue;
import org.apache.kafka.raft.internals.BatchMemoryPool;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// Makes kafka-raft's client out of our parts.
///
/// Only the constructor that its own tests use takes a queue and a source of randomness from
/// outside; the public one would wait in a queue of its own and draw from the system. It is not
/// accessible, hence the reflection.
///
/// Stateless.
final class RaftClients {
    private static final int KEPT_BUFFERS = 1;
    private static final SupportedVersionRange STATIC_VOTERS =
            new SupportedVersionRange((short) 0, (short) 0);
    private static final Class<?>[] PARAMETERS = {OptionalInt.class, Uuid.class, RecordSerde.class,
        NetworkChannel.class, RaftMessageQueue.class, RaftLog.class, MemoryPool.class, Time.class,
        ExpirationService.class, int.class, boolean.class, String.class, Collection.class,
        Endpoints.class, SupportedVersionRange.class, LogContext.class, Random.class,
        QuorumConfig.class};

    private RaftClients() {
    }

    /// A client that has read its log and knows its term, and has not polled yet. Blocks.
    ///
    /// @param store where the vote is kept
    static KafkaRaftClient<MetadataRecord> open(QuorumSettings settings, Loop loop, Prng prng,
            Ports ports, QuorumStateStore store) {
        var time = new RaftTime(loop.clock());
        boolean voter = settings.voter(settings.nodeId()) != null;
        Map<Integer, InetSocketAddress> voters = new TreeMap<>();
        settings.voters().forEach(each -> voters.put(each.nodeId(),
                InetSocketAddress.createUnresolved(each.host(), each.port())));
        var client = construct(OptionalInt.of(settings.nodeId()), settings.directoryId(),
                new MetadataSerde(), ports.channel(), ports.queue(), ports.log(),
                new BatchMemoryPool(KEPT_BUFFERS, KafkaRaftClient.MAX_BATCH_SIZE_BYTES), time,
                new RaftExpiry(loop, ports.queue()::wakeup), settings.timing().fetchWaitMs(),
                voter, settings.clusterId(), List.of(),
                endpoints(ports.channel().listenerName(), voters.get(settings.nodeId())),
                STATIC_VOTERS, new LogContext("quorum node=" + settings.nodeId() + " "),
                new Random(prng.nextLong()),
                config(settings.timing()));
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

    @SuppressWarnings("unchecked")
    private static KafkaRaftClient<MetadataRecord> construct(Object... arguments) {
        try {
            Constructor<?> constructor = KafkaRaftClient.class.getDeclaredConstructor(PARAMETERS);
            constructor.setAccessible(true);
            return (KafkaRaftClient<MetadataRecord>) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException changed) {
            throw new LinkageError("this kafka-raft is not the one that we were built on",
                    changed);
        }
    }
}
