package dev.tidemark.quorum;

/// Who leads the quorum, as far as a node knows.
///
/// @param nodeId [Quorum#NO_LEADER] if nobody is known to
/// @param leaderEpoch the term
public record QuorumLeader(int nodeId, int leaderEpoch) {
    /// Before anything is known.
    public static final QuorumLeader UNKNOWN = new QuorumLeader(Quorum.NO_LEADER, 0);
}
