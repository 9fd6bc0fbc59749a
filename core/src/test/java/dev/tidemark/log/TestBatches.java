package dev.tidemark.log;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Batches as Kafka's own client makes them, for tests.
final class TestBatches {
    private TestBatches() {
    }

    /// One uncompressed batch of `count` records whose times rise by one millisecond.
    static ByteBuffer batch(long baseOffset, int count, int valueBytes, long timestamp,
            int leaderEpoch) {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[valueBytes];
            value[0] = (byte) (baseOffset + i);
            records[i] = new SimpleRecord(timestamp + i, new byte[] {1}, value);
        }
        return batch(baseOffset, leaderEpoch, records);
    }

    /// One record of ten bytes at that time.
    static ByteBuffer batch(long baseOffset, long timestamp) {
        return batch(baseOffset, 1, 10, timestamp, 0);
    }

    static ByteBuffer batch(long baseOffset, int leaderEpoch, SimpleRecord... records) {
        return of(MemoryRecords.withRecords(baseOffset, Compression.NONE, leaderEpoch, records));
    }

    static ByteBuffer of(MemoryRecords records) {
        ByteBuffer bytes = ByteBuffer.allocate(records.sizeInBytes());
        return bytes.put(records.buffer().duplicate()).flip();
    }

    /// The batches one behind the other.
    static ByteBuffer joined(List<ByteBuffer> batches) {
        int size = batches.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        batches.forEach(batch -> bytes.put(batch.duplicate()));
        return bytes.flip();
    }

    static long lastOffset(ByteBuffer batch) {
        return Batch.lastOffset(batch, batch.position());
    }
}
