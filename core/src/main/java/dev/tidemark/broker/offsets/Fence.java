package dev.tidemark.broker.offsets;

import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import org.apache.kafka.common.protocol.Errors;

/// Keeps out clients whose idea of a partition's leadership is not the partition's own (KIP-320).
///
/// Stateless; any loop may ask.
final class Fence {
    private static final int NO_EPOCH = -1;

    private Fence() {
    }

    /// Why the partition does not answer; `NONE` if it does.
    ///
    /// @param currentLeaderEpoch the leadership that the client believes in, or -1
    static Errors refusal(Partition partition, int currentLeaderEpoch) {
        if (partition.offline() != Errors.NONE) {
            return partition.offline();
        }
        Leadership leadership = partition.leadership();
        Errors fenced = refusal(leadership.leaderEpoch(), currentLeaderEpoch);
        return fenced != Errors.NONE || leadership.isHere()
                ? fenced : Errors.NOT_LEADER_OR_FOLLOWER;
    }

    /// Compares the partition's leader epoch with the one that the client believes in.
    static Errors refusal(int leaderEpoch, int currentLeaderEpoch) {
        if (currentLeaderEpoch == NO_EPOCH || currentLeaderEpoch == leaderEpoch) {
            return Errors.NONE;
        }
        return currentLeaderEpoch < leaderEpoch
                ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
    }
}
