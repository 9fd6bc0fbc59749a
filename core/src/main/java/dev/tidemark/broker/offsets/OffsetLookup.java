package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Partitions;
import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.TimestampOffset;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.Errors;

/// One partition's question in a ListOffsets request, and its answer.
///
/// Owned by the connection's loop, then by the partition's, then by whoever reads the files; each
/// is done with it when the next one takes it.
final class OffsetLookup {
    private static final short FIRST_VERSION_WITH_EPOCH = 4;
    private static final long NO_TIMESTAMP = -1;
    private static final int NO_EPOCH = -1;

    private final ListOffsetsPartition asked;
    private final short version;
    private final ListOffsetsPartitionResponse answer;
    private final OffsetSought sought;
    private Partition partition;
    private ReadView view;
    private long endOffset;
    private boolean needsFiles;
    /// False as long as the end may be too low.
    private boolean isSettled = true;

    OffsetLookup(ListOffsetsPartition asked, short version) {
        this.asked = asked;
        this.version = version;
        this.sought = OffsetSought.of(asked.timestamp(), version);
        this.answer = new ListOffsetsPartitionResponse()
                .setPartitionIndex(asked.partitionIndex());
    }

    /// Who is asked; null if the question is refused.
    Partition partition() {
        return partition;
    }

    /// The answer; its fields are set by and by.
    ListOffsetsPartitionResponse answer() {
        return answer;
    }

    /// Answers with an error, whatever else would come.
    void refuse(Errors error) {
        partition = null;
        answer.setErrorCode(error.code());
    }

    /// Finds the partition that is asked, unless the question is refused already.
    ///
    /// @param topic null if there is no such topic
    /// @return null if there is nobody to ask
    Partition resolve(Partitions.Entry topic) {
        if (answer.errorCode() != Errors.NONE.code()) {
            return null;
        }
        partition = topic == null ? null : topic.get(asked.partitionIndex());
        if (sought == null) {
            refuse(Errors.UNSUPPORTED_VERSION);
        } else if (partition == null) {
            refuse(Partitions.Entry.refusal(topic, asked.partitionIndex()));
        }
        return partition;
    }

    /// Answers what can be answered without reading files. On the partition's loop.
    void begin(OffsetScope scope) {
        Log log = partition.log();
        if (partition.isReadOnly()) {
            beginBelowDamage(scope);
            return;
        }
        Errors refusal = Fence.refusal(partition, asked.currentLeaderEpoch());
        if (refusal != Errors.NONE) {
            refuse(refusal);
            return;
        }
        try {
            view = scope.viewOf(partition, log);
        } catch (IOException unreadable) {
            refuse(Errors.KAFKA_STORAGE_ERROR);
            return;
        }
        endOffset = scope.endOf(view);
        answer(log);
    }

    /// Of a damaged log: what lies before the damage is known, and nothing of its end.
    private void beginBelowDamage(OffsetScope scope) {
        view = partition.view();
        endOffset = scope.endOf(view);
        Errors fenced = Fence.refusal(partition.leaderEpoch(), asked.currentLeaderEpoch());
        switch (sought) {
            case EARLIEST, EARLIEST_LOCAL -> found(NO_TIMESTAMP, view.logStartOffset(), NO_EPOCH);
            case BY_TIME -> needsFiles = true;
            case LATEST, MAX_TIMESTAMP, LATEST_TIERED, EARLIEST_PENDING_UPLOAD ->
                refuse(Errors.KAFKA_STORAGE_ERROR);
        }
        if (fenced != Errors.NONE) {
            needsFiles = false;
            refuse(fenced);
        }
    }

    private void answer(Log log) {
        switch (sought) {
            case LATEST -> {
                if (Leaderships.isCommitted(partition, log, view)) {
                    found(NO_TIMESTAMP, endOffset, partition.leaderEpoch());
                } else {
                    refuse(Errors.OFFSET_NOT_AVAILABLE);
                }
            }
            case EARLIEST, EARLIEST_LOCAL -> found(NO_TIMESTAMP, view.logStartOffset(),
                    Leaderships.of(partition, log).epochOf(view.logStartOffset()));
            case LATEST_TIERED, EARLIEST_PENDING_UPLOAD -> { }
            case MAX_TIMESTAMP, BY_TIME -> {
                isSettled = Leaderships.isCommitted(partition, log, view);
                needsFiles = view.logStartOffset() < endOffset;
                if (!isSettled && (!needsFiles || sought == OffsetSought.MAX_TIMESTAMP)) {
                    needsFiles = false;
                    refuse(Errors.OFFSET_NOT_AVAILABLE);
                }
            }
        }
    }

    /// True if [#read] has to find the answer.
    boolean needsFiles() {
        return needsFiles;
    }

    /// Finds a record by its time. Blocks; on no loop.
    void read() {
        try {
            TimestampOffset found = sought == OffsetSought.MAX_TIMESTAMP
                    ? view.maxTimestamp() : view.findByTimestamp(asked.timestamp(), endOffset);
            if (found != null && found.offset() < endOffset) {
                found(found.timestamp(), found.offset(), found.leaderEpoch());
            } else if (partition.isReadOnly()) {
                refuse(Errors.KAFKA_STORAGE_ERROR);
            } else if (!isSettled) {
                // It may lie between what is known to be committed and what is.
                refuse(Errors.OFFSET_NOT_AVAILABLE);
            }
        } catch (IOException unreadable) {
            refuse(Errors.KAFKA_STORAGE_ERROR);
        }
    }

    private void found(long timestamp, long offset, int leaderEpoch) {
        answer.setTimestamp(timestamp).setOffset(offset);
        if (version >= FIRST_VERSION_WITH_EPOCH) {
            answer.setLeaderEpoch(leaderEpoch);
        }
    }
}
