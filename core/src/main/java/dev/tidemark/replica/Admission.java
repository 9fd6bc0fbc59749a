package dev.tidemark.replica;

import dev.tidemark.log.Log;
import dev.tidemark.log.SequenceCheck;
import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// Decides whether a batch may follow what its producer has sent before (KIP-98).
///
/// Stateless; runs on the partition's loop.
final class Admission {
    private Admission() {
    }

    /// @return true if the batch is to be appended; if not, `ack` has been told: a duplicate gets
    ///     the original's offset and waits until that is committed
    static boolean admit(LeaderReplica leader, PartitionSettings settings, ByteBuffer batch,
            short acks, Ack ack, int slot) {
        int at = batch.position();
        if (Batch.producerId(batch, at) == Batch.NONE) {
            return true;
        }
        if (Batch.isTransactional(batch, at)) {
            ack.refused(slot, Errors.INVALID_TXN_STATE, "transactions are not served");
            return false;
        }
        Log log = leader.log();
        return switch (log.producers().classify(batch, at)) {
            case SequenceCheck.Next next -> true;
            case SequenceCheck.Duplicate duplicate -> {
                long stampedMs = settings.rules().isLogAppendTime()
                        ? duplicate.timestampMs() : Batch.NONE;
                ack.appended(slot, duplicate.baseOffset(), stampedMs, log.logStartOffset());
                leader.await(duplicate.lastOffset() + 1, acks, ack, slot);
                yield false;
            }
            case SequenceCheck.Past past -> {
                // Both mean that the batch is in the log: clients take the first for done, though
                // without an offset, and come again after the second.
                ack.refused(slot, leader.isSafe(past.endOffset(), acks)
                        ? Errors.DUPLICATE_SEQUENCE_NUMBER
                        : Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND, null);
                yield false;
            }
            case SequenceCheck.Refused refused -> {
                ack.refused(slot, refused.error(), refused.message());
                yield false;
            }
        };
    }
}
