package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Durable events of one turn, gathered into one record batch.
///
/// Confined to its host's loop.
final class EventBatch<E> {
    private final EventCodec<E> codec;
    private final List<SimpleRecord> records = new ArrayList<>();
    private int bytes;

    EventBatch(EventCodec<E> codec) {
        this.codec = codec;
    }

    EventCodec<E> codec() {
        return codec;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    boolean isFull() {
        return bytes >= Limits.EVENT_BATCH_BYTES;
    }

    int size() {
        return records.size();
    }

    void add(E event, long nowMs) {
        ByteBuffer key = codec.key(event);
        ByteBuffer value = codec.value(event);
        check(key != null, "an event's record has a key");
        bytes += key.remaining() + (value == null ? 0 : value.remaining());
        records.add(new SimpleRecord(nowMs, key, value));
    }

    /// All that was gathered, as a batch whose offsets are yet to be set; empties this.
    ByteBuffer take() {
        check(!records.isEmpty(), "a batch holds something");
        var batch = MemoryRecords.withRecords(Compression.NONE,
                records.toArray(SimpleRecord[]::new));
        clear();
        return batch.buffer();
    }

    /// Forgets all that was gathered.
    void clear() {
        records.clear();
        bytes = 0;
    }
}
