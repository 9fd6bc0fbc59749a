package dev.tidemark.broker.fetch;

import dev.tidemark.base.Clock;
import dev.tidemark.base.Marks;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.io.Slice;
import dev.tidemark.log.BatchScan;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.machine.Lease;
import dev.tidemark.replica.Divergence;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import dev.tidemark.wire.DurableEnd;
import dev.tidemark.wire.SliceRecords;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// One partition in a fetch: what is asked of it, and what the last reading gave.
///
/// Lives as long as its session, or as its request if that has none. Confined to the connection's
/// loop, and while a fetch reads files to whoever reads them for it.
final class FetchItem {
    private static final long NOTHING_SENT = -2;
    private static final int NO_EPOCH = -1;

    final String topic;
    final Uuid topicId;
    final int index;
    private long fetchOffset;
    private int maxBytes;
    private int currentLeaderEpoch;
    private int lastFetchedEpoch;
    private long durableEnd;
    private long durableStart;
    private Partition partition;
    /// It is read for a follower that is throttled, and not in sync.
    private boolean isThrottled;
    /// Such a one, and there is no room now.
    private boolean isHeldBack;

    private Errors error = Errors.NONE;
    private ReadView view;
    private Slice slice;
    private EpochEnd diverging;
    private int preferred = ReadReplicas.LEADER;
    private Told told;
    private long sentHighWatermark = NOTHING_SENT;
    private long sentLogStart = NOTHING_SENT;

    /// What the leader was told of a follower last.
    private record Told(int leaderEpoch, long durableEnd, long durableStart) {
        boolean is(int epoch, long end, long start) {
            return leaderEpoch == epoch && durableEnd == end && durableStart == start;
        }
    }

    FetchItem(String topic, Uuid topicId, int index) {
        this.topic = topic;
        this.topicId = topicId;
        this.index = index;
    }

    /// Takes over what a request asks.
    void ask(FetchPartition asked) {
        fetchOffset = asked.fetchOffset();
        maxBytes = asked.partitionMaxBytes();
        currentLeaderEpoch = asked.currentLeaderEpoch();
        lastFetchedEpoch = asked.lastFetchedEpoch();
        durableEnd = Math.min(DurableEnd.of(asked), fetchOffset);
        durableStart = asked.logStartOffset();
    }

    /// The partition, or null if this node has none of that name.
    Partition partition() {
        return partition;
    }

    /// Finds the partition anew where it is not known, or is gone.
    void resolve(Partitions partitions, boolean byId) {
        if (partition == null || partition.offline() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            Partitions.Entry entry = byId ? partitions.topic(topicId) : partitions.topic(topic);
            partition = entry == null ? null : entry.get(index);
            if (partition == null) {
                error = entry == null && byId ? Errors.UNKNOWN_TOPIC_ID
                        : Partitions.Entry.refusal(entry, index);
            }
        }
    }

    /// Has the leader told what a follower has fetched, if that is news, or if it is not in sync
    /// and might be.
    void report(Asker asker, ReplicaReport report) {
        if (partition == null || durableEnd < 0) {
            return;
        }
        // Most of a session's partitions have nothing to tell: the closer look is for the others.
        boolean isNews = told == null || !told.is(currentLeaderEpoch, durableEnd, durableStart)
                || !partition.leadership().isr().contains(asker.replicaId());
        if (isNews && look(asker, FetchHandler.Cluster.ALONE) == Errors.NONE && diverging == null) {
            told = new Told(currentLeaderEpoch, durableEnd, durableStart);
            report.add(partition, currentLeaderEpoch, durableEnd, durableStart);
        }
    }

    /// Says whether it may be read for this follower now.
    ///
    /// @param full true if there is no room for what is throttled
    void hold(Asker asker, ReplicationThrottle throttle, boolean full) {
        isThrottled = partition != null && throttle.covers(partition.id().topic(), index)
                && !partition.leadership().isr().contains(asker.replicaId());
        isHeldBack = isThrottled && full;
    }

    boolean isThrottled() {
        return isThrottled;
    }

    boolean isHeldBack() {
        return isHeldBack;
    }

    /// True if reading would look at files that may be no longer, or not yet, in the page cache.
    boolean needsFiles(FetchEnd upTo) {
        ReadView now = partition == null ? null : partition.view();
        if (now == null || isHeldBack
                || (partition.offline() != Errors.NONE && !partition.isReadOnly())) {
            return false;
        }
        long end = upTo.in(now);
        return fetchOffset >= now.logStartOffset() && fetchOffset < end
                && !now.isRecent(fetchOffset, end);
    }

    /// Makes sure that what was read can be sent without waiting for the disk. Blocks; on no loop.
    void warm(Clock clock) {
        if (slice != null) {
            try {
                PageCache.warm(slice, clock);
            } catch (IOException unreadable) {
                fail();
            }
        }
    }

    /// Looks at all that was read before another replica takes it over. Blocks; on no loop.
    void verify() {
        if (slice == null) {
            return;
        }
        try {
            if (BatchScan.of(slice, fetchOffset, view).isDamaged()) {
                damaged();
            }
        } catch (IOException unreadable) {
            fail();
        }
    }

    private void damaged() {
        Marks.hit("damage found by a fetch");
        fail();
        Partition found = partition;
        long offset = fetchOffset;
        int leaderEpoch = found.leaderEpoch();
        found.loop().execute(() -> {
            // One that has been replaced may have been cut as it was read.
            if (found.leaderEpoch() == leaderEpoch) {
                found.damaged(offset);
            }
        });
    }

    /// The files can't be read now.
    void fail() {
        slice = null;
        error = Errors.KAFKA_STORAGE_ERROR;
    }

    /// Reads as much as is allowed.
    ///
    /// @param atLeastOneBatch true if a batch longer than the bounds is to be returned whole
    /// @return bytes found
    int read(int bytesLeft, boolean atLeastOneBatch, Asker asker, FetchHandler.Cluster cluster) {
        slice = null;
        view = null;
        if (partition == null) {
            return 0;
        }
        error = look(asker, cluster);
        if (error != Errors.NONE || diverging != null || preferred != ReadReplicas.LEADER) {
            return 0;
        }
        long end = asker.end().in(view);
        if (fetchOffset >= end || isHeldBack) {
            return 0;
        }
        try {
            int most = Math.min(maxBytes, bytesLeft);
            slice = view.read(fetchOffset, Math.max(most, 0), end, atLeastOneBatch);
        } catch (CorruptFile found) {
            damaged();
        } catch (IOException unreadable) {
            fail();
        }
        return slice == null ? 0 : slice.length();
    }

    /// Takes the partition's view, of one leadership, and finds out whether it can be read from.
    private Errors look(Asker asker, FetchHandler.Cluster cluster) {
        Leadership leadership;
        do {
            leadership = partition.leadership();
            view = partition.view();
        } while (partition.leaderEpoch() != leadership.leaderEpoch());
        diverging = null;
        preferred = ReadReplicas.LEADER;
        Errors refusal = refusal(asker);
        if (refusal == Errors.NONE) {
            refusal = refusal(asker, leadership);
        }
        if (refusal == Errors.NONE && leadership.isHere() && lastFetchedEpoch != NO_EPOCH) {
            diverging = Divergence.of(view, leadership.leaderEpoch(), lastFetchedEpoch,
                    fetchOffset);
        }
        if (EpochEnd.UNKNOWN.equals(diverging)
                || (refusal == Errors.NONE && diverging == null && !isInRange())) {
            diverging = null;
            return isNotHereYet(asker, leadership, cluster.lease())
                    ? Errors.OFFSET_NOT_AVAILABLE : Errors.OFFSET_OUT_OF_RANGE;
        }
        if (refusal == Errors.NONE && asker.hasRack() && leadership.isHere()) {
            preferred = cluster.replicas().preferred(asker.rack(), leadership);
        }
        return refusal;
    }

    private boolean isInRange() {
        return fetchOffset >= view.logStartOffset() && fetchOffset <= view.logEndOffset();
    }

    /// True if a consumer asks for what the next leader may have committed already. Told that it
    /// is out of range, it would begin anew somewhere else.
    private boolean isNotHereYet(Asker asker, Leadership leadership, Lease lease) {
        if (asker.isReplica() || !leadership.isHere() || fetchOffset <= view.logEndOffset()
                || lease.holds(partition.loop().clock().nanos())) {
            return false;
        }
        Marks.hit("leader without a lease is asked for more than it has");
        return true;
    }

    private Errors refusal(Asker asker, Leadership leadership) {
        if (currentLeaderEpoch != NO_EPOCH && currentLeaderEpoch != leadership.leaderEpoch()) {
            return currentLeaderEpoch < leadership.leaderEpoch()
                    ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
        }
        boolean served = leadership.isHere()
                ? !asker.isReplica() || leadership.replicas().contains(asker.replicaId())
                : asker.readsFollowers();
        return served ? Errors.NONE : Errors.NOT_LEADER_OR_FOLLOWER;
    }

    private Errors refusal(Asker asker) {
        if (view == null && partition.offline() == Errors.NONE) {
            // Its log is being opened: the client is to ask again.
            return Errors.OFFSET_NOT_AVAILABLE;
        }
        // What is left of a damaged log is for consumers: a replica would take its end for ours.
        boolean readable = partition.isReadOnly() && !asker.isReplica()
                && fetchOffset < view.logEndOffset();
        if (partition.offline() != Errors.NONE && !readable) {
            boolean deleted = partition.offline() == Errors.UNKNOWN_TOPIC_OR_PARTITION;
            return deleted && !topicId.equals(Uuid.ZERO_UUID)
                    ? Errors.UNKNOWN_TOPIC_ID : partition.offline();
        }
        return Errors.NONE;
    }

    boolean failed() {
        return error != Errors.NONE;
    }

    boolean hasRecords() {
        return slice != null;
    }

    /// In bytes.
    int length() {
        return slice.length();
    }

    /// True if the client of an incremental session has to hear of this partition (KIP-227).
    boolean isNews() {
        return failed() || isElsewhere() || slice != null
                || view.highWatermark() != sentHighWatermark
                || view.logStartOffset() != sentLogStart;
    }

    /// True if there is nothing to wait for here: the histories part, or another replica is to be
    /// asked.
    boolean isElsewhere() {
        return diverging != null || preferred != ReadReplicas.LEADER;
    }

    /// The answer for this partition; remembers what the client knows from now on.
    PartitionData answer(Asker asker) {
        var answer = new PartitionData()
                .setPartitionIndex(index)
                .setErrorCode(error.code())
                .setHighWatermark(-1)
                .setRecords(slice == null ? MemoryRecords.EMPTY : new SliceRecords(slice));
        if (view != null && !failed()) {
            sentHighWatermark = view.highWatermark();
            sentLogStart = view.logStartOffset();
            answer.setHighWatermark(sentHighWatermark)
                    .setLastStableOffset(view.lastStableOffset())
                    .setLogStartOffset(sentLogStart)
                    .setPreferredReadReplica(preferred)
                    .setAbortedTransactions(
                            asker.end() == FetchEnd.STABLE ? List.of() : null);
            if (diverging != null) {
                answer.setDivergingEpoch(new EpochEndOffset().setEpoch(diverging.leaderEpoch())
                        .setEndOffset(diverging.endOffset()));
            }
        } else if (partition != null) {
            answerRefusal(answer, asker);
        }
        return answer;
    }

    private void answerRefusal(PartitionData answer, Asker asker) {
        boolean elsewhere = error == Errors.NOT_LEADER_OR_FOLLOWER
                || error == Errors.FENCED_LEADER_EPOCH;
        if (elsewhere && asker.hearsOfLeaders()) {
            Leadership leadership = partition.leadership();
            answer.setCurrentLeader(new LeaderIdAndEpoch().setLeaderId(leadership.leaderId())
                    .setLeaderEpoch(leadership.leaderEpoch()));
        } else if (error == Errors.OFFSET_OUT_OF_RANGE && asker.isReplica()) {
            // It begins anew there, and need not ask.
            answer.setLogStartOffset(view.logStartOffset());
        }
    }
}
