package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import java.util.Arrays;
import java.util.OptionalLong;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter.BatchRetention;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter.BatchRetentionResult;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/// Which batches and records survive a cleaning.
///
/// The latest record of each key does, unless it is a tombstone whose horizon has passed; records
/// without a key, and those of aborted transactions, do not. A batch that is left empty goes,
/// except that its header stays if it is the last of its producer, whose sequences it tells, or
/// the last of its segment, which so keeps its end. Markers of transactions stay.
///
/// Confined to one cleaning.
final class CleaningFilter extends RecordFilter {
    private final OffsetMap latest;
    private final TransactionEnds ends;
    private final long[] lastOfProducers;
    private long lastOfSegment = -1;

    /// @param latest the latest offset of each key of the dirty part
    /// @param ends how transactions of the dirty part ended; null if it has none
    /// @param lastOfProducers each active producer's last offset, sorted
    CleaningFilter(OffsetMap latest, TransactionEnds ends, long[] lastOfProducers, long nowMs,
            long deleteRetentionMs) {
        super(nowMs, deleteRetentionMs);
        this.latest = latest;
        this.ends = ends;
        this.lastOfProducers = lastOfProducers;
    }

    /// The batch that ends there keeps its header in any case; -1 for none.
    void keepEnd(long lastOffset) {
        lastOfSegment = lastOffset;
    }

    @Override
    protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
        boolean kept = batch.lastOffset() == lastOfSegment || isLastOfProducer(batch);
        return new BatchRetentionResult(
                kept ? BatchRetention.RETAIN_EMPTY : BatchRetention.DELETE_EMPTY, false);
    }

    private boolean isLastOfProducer(RecordBatch batch) {
        return batch.hasProducerId()
                && Arrays.binarySearch(lastOfProducers, batch.lastOffset()) >= 0;
    }

    @Override
    protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
        if (batch.isControlBatch()) {
            return true;
        }
        if (!record.hasKey() || isAborted(batch)) {
            return false;
        }
        long offset = latest.get(record.key());
        check(offset <= batch.lastOffset() || offset > record.offset(),
                "a later record is the latest", offset, record.offset());
        if (offset > record.offset()) {
            return false;
        }
        return record.hasValue() || !isPastHorizon(batch);
    }

    private boolean isAborted(RecordBatch batch) {
        return ends != null && batch.isTransactional()
                && ends.isAborted(batch.producerId(), batch.baseOffset());
    }

    private boolean isPastHorizon(RecordBatch batch) {
        OptionalLong horizon = batch.deleteHorizonMs();
        boolean past = horizon.isPresent() && currentTime >= horizon.getAsLong();
        if (past) {
            Marks.hit("tombstone cleaned away");
        }
        return past;
    }
}
