package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// Who takes part in the quorum, and how long they wait for each other.
///
/// @param nodeId this node
/// @param clusterId of all of them; a request of another cluster is refused
/// @param directoryId of this node's data directory
/// @param listener the name of the voters' listener
/// @param voters all of them; this node alone, or this node may be missing: then it follows
/// @param timing how long to wait
/// @param snapshotBytes of committed records, after which a snapshot is written
public record QuorumSettings(int nodeId, String clusterId, Uuid directoryId, String listener,
        List<VoterAddress> voters, Timing timing, int snapshotBytes) {
    /// Copies the list.
    public QuorumSettings {
        voters = List.copyOf(voters);
        check(!voters.isEmpty(), "a quorum has a voter");
        check(voters.stream().map(VoterAddress::nodeId).distinct().count() == voters.size(),
                "a node votes once", voters.size());
        check(snapshotBytes > 0, "a snapshot is of something", snapshotBytes);
    }

    /// Where that voter is; null if it is none.
    VoterAddress voter(int id) {
        for (VoterAddress voter : voters) {
            if (voter.nodeId == id) {
                return voter;
            }
        }
        return null;
    }

    /// A node that votes, and where its quorum listener is.
    public record VoterAddress(int nodeId, String host, int port) {
    }

    /// In milliseconds, each under Kafka's key `controller.quorum...`.
    ///
    /// @param electionTimeoutMs `election.timeout.ms`: how long a candidate waits for votes
    /// @param fetchTimeoutMs `fetch.timeout.ms`: how long a follower does without its leader
    /// @param backoffMaxMs `election.backoff.max.ms`
    /// @param requestTimeoutMs `request.timeout.ms`
    /// @param fetchWaitMs how long a leader with nothing new lets a follower wait
    public record Timing(int electionTimeoutMs, int fetchTimeoutMs, int backoffMaxMs,
            int requestTimeoutMs, int fetchWaitMs) {
        /// Checks that they are times.
        public Timing {
            check(electionTimeoutMs > 0 && fetchTimeoutMs > 0 && requestTimeoutMs > 0,
                    "waiting has an end", electionTimeoutMs, fetchTimeoutMs);
            check(backoffMaxMs >= 0 && fetchWaitMs >= 0 && fetchWaitMs < fetchTimeoutMs,
                    "a leader answers before its followers give it up", fetchWaitMs,
                    fetchTimeoutMs);
        }

        /// Shorter than Kafka's, for a leader that is followed by another within a second, and
        /// that knows at all times that it led a tenth of a second ago.
        public static final Timing DEFAULTS = new Timing(400, 700, 400, 1000, 100);
    }

    /// This node alone.
    public static QuorumSettings alone(int nodeId, String clusterId, Uuid directoryId) {
        return new QuorumSettings(nodeId, clusterId, directoryId, "CONTROLLER",
                List.of(new VoterAddress(nodeId, "localhost", 1)), Timing.DEFAULTS, SNAPSHOT_BYTES);
    }

    /// Committed bytes after which a snapshot is written, unless the last one was larger.
    public static final int SNAPSHOT_BYTES = 4 << 20;
}
