package dev.tidemark.broker.replication;

import dev.tidemark.replica.FollowerReplica;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.wire.DurableEnd;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;

/// One partition in a puller's session: what the leader was asked last.
///
/// Confined to the partition's loop.
final class Pulled {
    private static final long NEVER = -1;
    private static final int NOT_ASKED = Integer.MAX_VALUE;

    final Partition partition;
    final FollowerReplica follower;
    /// The leader's session has it.
    boolean isInSession;
    /// Something was appended, and is not durable yet.
    boolean isWaiting;
    /// How many answers in a row brought nothing but an error.
    int troubles;
    /// It is left out for a while.
    boolean isPaused;
    /// It is left out until the throttle has room for it.
    boolean isHeldBack;
    /// The number of the fetch that spoke of it last.
    private int askedBy = NOT_ASKED;
    private int leaderEpoch = -1;
    private int lastEpoch = -1;
    private long fetchOffset = NEVER;
    private long durableEnd = NEVER;
    private long logStartOffset = NEVER;

    Pulled(Partition partition, FollowerReplica follower) {
        this.partition = partition;
        this.follower = follower;
    }

    PartitionId id() {
        return partition.id();
    }

    /// True if it may be asked for now.
    boolean isReady() {
        return !isPaused && !isHeldBack && !follower.isCutting();
    }

    boolean isDurable() {
        return follower.durableEnd() >= follower.fetchOffset();
    }

    /// True if the leader's session knows it as it is.
    boolean isKnown() {
        return isInSession && fetchOffset == follower.fetchOffset()
                && durableEnd == follower.durableEnd()
                && logStartOffset == follower.durableStart();
    }

    /// True if the answer to that fetch is about what was asked last. The fetch before it may be
    /// answered later, from where this was then.
    boolean isAnswered(int fetch) {
        return askedBy <= fetch;
    }

    /// The next question, which is remembered.
    ///
    /// @param fetch the number of the fetch that it goes with
    FetchPartition ask(int fetch, int maxBytes) {
        askedBy = fetch;
        leaderEpoch = follower.leaderEpoch();
        fetchOffset = follower.fetchOffset();
        durableEnd = follower.durableEnd();
        logStartOffset = follower.durableStart();
        lastEpoch = follower.lastFetchedEpoch();
        isInSession = true;
        var row = new FetchPartition()
                .setPartition(id().index())
                .setCurrentLeaderEpoch(leaderEpoch)
                .setFetchOffset(fetchOffset)
                .setLastFetchedEpoch(lastEpoch)
                .setLogStartOffset(logStartOffset)
                .setPartitionMaxBytes(maxBytes);
        DurableEnd.put(row, durableEnd);
        return row;
    }

    int askedLastEpoch() {
        return lastEpoch;
    }

    int askedEpoch() {
        return leaderEpoch;
    }

    long askedOffset() {
        return fetchOffset;
    }
}
