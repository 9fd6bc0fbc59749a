package dev.tidemark.broker.fetch;

import dev.tidemark.replica.Leadership;

/// Chooses the replica that a consumer is best served by (`replica.selector.class`). Any loop may
/// ask.
@FunctionalInterface
public interface ReadReplicas {
    /// Stands for the leader itself.
    int LEADER = -1;

    /// Everybody reads from the leader.
    ReadReplicas LEADERS = (rack, leadership) -> LEADER;

    /// @param rack where the consumer is
    /// @return a broker in sync, or [#LEADER]
    int preferred(String rack, Leadership leadership);
}
