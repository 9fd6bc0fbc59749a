package dev.tidemark.broker.fetch;

import dev.tidemark.base.Clock;
import dev.tidemark.broker.Partitions;
import dev.tidemark.io.Slice;
import dev.tidemark.log.ReadView;
import dev.tidemark.replica.Partition;
import dev.tidemark.wire.SliceRecords;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
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
    private Partition partition;

    private Errors error = Errors.NONE;
    private ReadView view;
    private Slice slice;
    private long sentHighWatermark = NOTHING_SENT;
    private long sentLogStart = NOTHING_SENT;

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
    }

    /// The partition, or null if this node has none of that name.
    Partition partition() {
        return partition;
    }

    /// Finds the partition anew where it is not known, or is gone.
    void resolve(Partitions partitions, boolean byId) {
        if (partition == null || partition.offline() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            partition = byId ? partitions.get(topicId, index) : partitions.get(topic, index);
            if (partition == null) {
                error = byId && partitions.topic(topicId) == null
                        ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
            }
        }
    }

    /// True if reading would look at files that may be no longer, or not yet, in the page cache.
    boolean needsFiles(boolean committedOnly) {
        ReadView now = partition == null ? null : partition.view();
        if (now == null || (partition.offline() != Errors.NONE && !partition.isReadOnly())) {
            return false;
        }
        long end = endOf(now, committedOnly);
        return fetchOffset >= now.logStartOffset() && fetchOffset < end
                && !now.isRecent(fetchOffset, end);
    }

    private static long endOf(ReadView view, boolean committedOnly) {
        return committedOnly ? view.lastStableOffset() : view.highWatermark();
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

    /// The files can't be read now.
    void fail() {
        slice = null;
        error = Errors.KAFKA_STORAGE_ERROR;
    }

    /// Reads as much as is allowed.
    ///
    /// @param atLeastOneBatch true if a batch longer than the bounds is to be returned whole
    /// @return bytes found
    int read(int bytesLeft, boolean committedOnly, boolean atLeastOneBatch) {
        slice = null;
        view = null;
        if (partition == null) {
            return 0;
        }
        view = partition.view();
        error = refusal();
        if (error != Errors.NONE) {
            return 0;
        }
        long end = endOf(view, committedOnly);
        if (fetchOffset >= end) {
            return 0;
        }
        try {
            int most = Math.min(maxBytes, bytesLeft);
            slice = view.read(fetchOffset, Math.max(most, 0), end, atLeastOneBatch);
        } catch (IOException unreadable) {
            fail();
        }
        return slice == null ? 0 : slice.length();
    }

    private Errors refusal() {
        boolean readable = partition.isReadOnly() && fetchOffset < view.logEndOffset();
        if (partition.offline() != Errors.NONE && !readable) {
            boolean deleted = partition.offline() == Errors.UNKNOWN_TOPIC_OR_PARTITION;
            return deleted && !topicId.equals(Uuid.ZERO_UUID)
                    ? Errors.UNKNOWN_TOPIC_ID : partition.offline();
        }
        if (currentLeaderEpoch != NO_EPOCH && currentLeaderEpoch != partition.leaderEpoch()) {
            return currentLeaderEpoch < partition.leaderEpoch()
                    ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
        }
        boolean inRange = fetchOffset >= view.logStartOffset()
                && fetchOffset <= view.logEndOffset();
        return inRange ? Errors.NONE : Errors.OFFSET_OUT_OF_RANGE;
    }

    boolean failed() {
        return error != Errors.NONE;
    }

    boolean hasRecords() {
        return slice != null;
    }

    /// True if the client of an incremental session has to hear of this partition (KIP-227).
    boolean isNews() {
        return failed() || slice != null || view.highWatermark() != sentHighWatermark
                || view.logStartOffset() != sentLogStart;
    }

    /// The answer for this partition; remembers what the client knows from now on.
    PartitionData answer(boolean committedOnly) {
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
                    .setAbortedTransactions(committedOnly ? List.of() : null);
        }
        return answer;
    }
}
