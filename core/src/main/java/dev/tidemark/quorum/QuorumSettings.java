package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// Who takes part in the quorum, and how long they wait for each other.
///
/// @param nodeId this node
/// @param clusterId of all of them; a request of another cluster is refused
/// @param directoryId of this node's data directory: with the number it names a voter, so that one
///     whose disk was replaced is not taken for the one that it was
/// @param listener the name of the voters' listener
/// @param membership how this node comes to the quorum
/// @param timing how long to wait
/// @param snapshotBytes of committed records, after which a snapshot is written
public record QuorumSettings(int nodeId, String clusterId, Uuid directoryId, String listener,
        Belonging membership, Timing timing, int snapshotBytes) {
    /// Checks what is to be counted.
    public QuorumSettings {
        check(!membership.founders.isEmpty() || !membership.bootstrap.isEmpty(),
                "a quorum is founded, or is there already");
        check(snapshotBytes > 0, "a snapshot is of something", snapshotBytes);
    }

    /// True if this node is one of those that begin the quorum.
    boolean isFounder() {
        return membership.founder(nodeId) != null;
    }

    /// True if there is no other node, as far as this one is told.
    boolean isAlone() {
        return membership.bootstrap.isEmpty() && membership.founders.size() == 1 && isFounder();
    }

    /// How a node comes to a quorum: it begins it together with others, or finds it.
    ///
    /// @param founders who votes in the beginning; empty for a node that joins
    /// @param bootstrap where else the quorum may be found; their numbers don't matter
    /// @param own where this node's quorum listener is; null for one that never votes
    /// @param joins true to become a voter without being told to
    public record Belonging(List<VoterAddress> founders, List<VoterAddress> bootstrap,
            VoterAddress own, boolean joins) {
        /// Copies the lists.
        public Belonging {
            founders = List.copyOf(founders);
            bootstrap = List.copyOf(bootstrap);
            check(founders.stream().map(VoterAddress::nodeId).distinct().count()
                    == founders.size(), "a node votes once", founders.size());
            check(own != null || !joins, "who votes can be reached");
        }

        /// Founders that know each other, as one of them sees it, or a node that only follows.
        public static Belonging of(int nodeId, List<VoterAddress> founders) {
            VoterAddress own = founders.stream().filter(each -> each.nodeId == nodeId).findFirst()
                    .orElse(null);
            return new Belonging(founders, List.of(), own, own != null);
        }

        /// Where that founder is; null if it is none.
        VoterAddress founder(int id) {
            return founders.stream().filter(each -> each.nodeId == id).findFirst().orElse(null);
        }
    }

    /// A node that votes, and where its quorum listener is.
    public record VoterAddress(int nodeId, String host, int port) {
        /// Checks that it is one.
        public VoterAddress {
            check(!host.isEmpty() && port > 0, "a voter can be reached", port);
        }
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
                Belonging.of(nodeId, List.of(new VoterAddress(nodeId, "localhost", 1))),
                Timing.DEFAULTS, SNAPSHOT_BYTES);
    }

    /// Committed bytes after which a snapshot is written, unless the last one was larger.
    public static final int SNAPSHOT_BYTES = 4 << 20;
}
