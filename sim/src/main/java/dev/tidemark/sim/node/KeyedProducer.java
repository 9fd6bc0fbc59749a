package dev.tidemark.sim.node;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// What an idempotent producer knows of its way into a cleaned topic: which batches have no answer
/// yet. After a break they are sent again, in order, before anything else.
final class KeyedProducer {
    private static final short EPOCH = 0;

    private final long producerId;
    private final ArrayDeque<Sent> unanswered = new ArrayDeque<>();
    private int nextSequence;
    private boolean isInterrupted;

    KeyedProducer(long producerId) {
        this.producerId = producerId;
    }

    /// One batch: its records, and its bytes as they are sent each time.
    record Sent(List<KeyedRecord> batch, MemoryRecords bytes) {
        MemoryRecords copy() {
            var copy = ByteBuffer.allocate(bytes.sizeInBytes());
            copy.put(bytes.buffer()).flip();
            return MemoryRecords.readableRecords(copy);
        }
    }

    /// The next batch, which has then been sent.
    Sent next(List<KeyedRecord> batch, Compression codec, SimpleRecord[] records) {
        var sent = new Sent(batch, MemoryRecords.withIdempotentRecords(
                codec, producerId, EPOCH, nextSequence, records));
        nextSequence += records.length;
        unanswered.add(sent);
        return sent;
    }

    void answered(Sent sent) {
        unanswered.remove(sent);
    }

    void interrupted() {
        isInterrupted = !unanswered.isEmpty();
    }

    boolean isInterrupted() {
        return isInterrupted;
    }

    /// All that has no answer, which has then been sent again.
    List<Sent> again() {
        isInterrupted = false;
        unanswered.forEach(sent -> sent.batch.forEach(KeyedRecord::sentAgain));
        return new ArrayList<>(unanswered);
    }
}
