package org.apache.kafka.raft;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// The way to the constructor of kafka-raft's client that its own tests use, which only its package
/// can see: it takes a queue and a source of randomness from outside. The public one would wait in
/// a queue of its own, and draw from the system.
///
/// Called directly rather than by reflection: a handle to eighteen parameters takes a tenth of a
/// second of the start.
///
/// Stateless.
public final class RaftClientDoor {
    private RaftClientDoor() {
    }

    /// Who a client is.
    ///
    /// @param endpoints where others reach it; none for one that does not vote
    /// @param bootstrap where to look for the others
    public record Identity(int nodeId, Uuid directoryId, String clusterId, boolean votes,
            Endpoints endpoints, Collection<InetSocketAddress> bootstrap) {
    }

    /// What a client works with.
    public record Parts<T>(RecordSerde<T> serde, NetworkChannel channel, RaftMessageQueue queue,
            RaftLog log, MemoryPool memory) {
    }

    /// What a client goes by.
    ///
    /// @param fetchWaitMs how long a leader with nothing new lets a follower wait
    public record Rules(Time time, ExpirationService expiry, Random random, int fetchWaitMs,
            SupportedVersionRange versions, QuorumConfig config) {
    }

    /// A client that is yet to be initialized.
    public static <T> KafkaRaftClient<T> client(Identity who, Parts<T> parts, Rules rules) {
        return new KafkaRaftClient<>(OptionalInt.of(who.nodeId), who.directoryId, parts.serde,
                parts.channel, parts.queue, parts.log, parts.memory, rules.time, rules.expiry,
                rules.fetchWaitMs, who.votes, who.clusterId, who.bootstrap, who.endpoints,
                rules.versions, new LogContext("quorum node=" + who.nodeId + " "), rules.random,
                rules.config);
    }

    /// The present voters, as the leader counts them; none if this node does not lead.
    public static List<ReplicaKey> voters(KafkaRaftClient<?> client) {
        return client.quorum().maybeLeaderState().map(leading -> leading.voterStates().values()
                .stream().map(LeaderState.ReplicaState::replicaKey).toList()).orElse(List.of());
    }

    /// True if this node is the only one that votes.
    public static boolean isOnlyVoter(KafkaRaftClient<?> client) {
        return client.quorum().isOnlyVoter();
    }

    /// True if this node votes, by what it knows.
    public static boolean isVoter(KafkaRaftClient<?> client) {
        return client.quorum().isVoter();
    }

    /// Where the leader's listener of that name is; null if that is not known.
    public static InetSocketAddress leaderAddress(KafkaRaftClient<?> client, ListenerName name) {
        return client.quorum().leaderEndpoints().address(name).orElse(null);
    }
}
