package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Clock;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftClientDoor;
import org.apache.kafka.raft.ReplicaKey;

/// Who leads the quorum, where, and until when this node did: what other loops may ask.
///
/// Written on the quorum's loop alone.
final class QuorumStanding {
    private final QuorumSettings settings;
    private final Clock clock;
    private final MajorityHeard majority;
    private volatile QuorumLeader leader = QuorumLeader.UNKNOWN;
    private volatile VoterAddress leaderAddress;
    private volatile long majorityHeardNs = Quorum.NOT_HEARD;
    private volatile boolean isOnlyVoter;
    private volatile boolean isVoter;

    QuorumStanding(QuorumSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        majority = new MajorityHeard(
                ReplicaKey.of(settings.nodeId(), settings.directoryId()));
    }

    QuorumLeader leader() {
        return leader;
    }

    /// Where a node that leads, or was to vote from the beginning, listens; null if unknown.
    VoterAddress addressOf(int nodeId) {
        VoterAddress known = leaderAddress;
        return known != null && known.nodeId() == nodeId ? known
                : settings.membership().founder(nodeId);
    }

    long majorityHeardNs() {
        return isOnlyVoter ? clock.nanos() : majorityHeardNs;
    }

    /// True if this node leads, and nobody else votes.
    boolean isOnlyVoter() {
        return isOnlyVoter;
    }

    /// True if this node votes, by all that is in its log.
    boolean isVoter() {
        return isVoter;
    }

    /// A poll is over: what it has changed holds for others.
    void polled(KafkaRaftClient<?> client) {
        isVoter = RaftClientDoor.isVoter(client);
        isOnlyVoter = client.leaderAndEpoch().isLeader(settings.nodeId())
                && RaftClientDoor.isOnlyVoter(client);
    }

    void ledBy(QuorumLeader now, KafkaRaftClient<?> client) {
        check(now.nodeId() >= Quorum.NO_LEADER, "a leader is a node, or nobody", now.nodeId());
        check(now.leaderEpoch() >= leader.leaderEpoch(), "terms rise", now.leaderEpoch(),
                leader.leaderEpoch());
        InetSocketAddress address = RaftClientDoor.leaderAddress(client,
                ListenerName.normalised(settings.listener()));
        if (address != null && client.leaderAndEpoch().isLeader(now.nodeId())) {
            leaderAddress = new VoterAddress(now.nodeId(), address.getHostString(),
                    address.getPort());
        }
        leader = now;
    }

    /// Somebody fetches while this node leads.
    void fetched(FetchRequestData asked, KafkaRaftClient<?> client) {
        int leaderEpoch = client.leaderAndEpoch().epoch();
        // None if it has resigned, and is called the leader until another one is known.
        List<ReplicaKey> voters = RaftClientDoor.voters(client);
        if (!voters.isEmpty() && majority.fetched(asked, leaderEpoch, clock.nanos())) {
            long heardNs = majority.of(voters, leaderEpoch, clock.nanos());
            check(heardNs == Quorum.NOT_HEARD || heardNs - clock.nanos() <= 0,
                    "nobody is heard before it speaks", heardNs);
            majorityHeardNs = heardNs;
        }
    }
}
