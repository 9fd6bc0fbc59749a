package dev.tidemark.sim.model;

import dev.tidemark.base.Prng;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Makes batches of records, no two of which are alike, with Kafka's own client code.
public final class BatchMill {
    private static final int MOST_RECORDS = 4;
    private static final int LARGE_VALUE_BYTES = 20_000;
    private static final Compression[] CODECS = {Compression.NONE, Compression.NONE,
        Compression.NONE, Compression.NONE, Compression.lz4().build(), Compression.gzip().build()};

    private final Prng prng;
    private final int valueBytes;
    private long nextNumber;

    /// @param valueBytes what most values stay below
    public BatchMill(Prng prng, int valueBytes) {
        this.prng = prng;
        this.valueBytes = valueBytes;
    }

    /// A batch of a producer that is not idempotent.
    public ByteBuffer plain(long nowMs) {
        return of(MemoryRecords.withRecords(codec(), records(nowMs)));
    }

    /// A batch of an idempotent producer.
    public ByteBuffer idempotent(long nowMs, long producerId, short producerEpoch,
            int baseSequence) {
        return of(MemoryRecords.withIdempotentRecords(codec(), producerId, producerEpoch,
                baseSequence, records(nowMs)));
    }

    private Compression codec() {
        return CODECS[prng.nextInt(CODECS.length)];
    }

    private SimpleRecord[] records(long nowMs) {
        var records = new SimpleRecord[1 + prng.nextInt(MOST_RECORDS)];
        for (int i = 0; i < records.length; i++) {
            long number = nextNumber++;
            byte[] value = new byte[Long.BYTES + size()];
            ByteBuffer.wrap(value).putLong(number);
            byte[] key = ("k" + prng.nextInt(16)).getBytes(StandardCharsets.UTF_8);
            records[i] = new SimpleRecord(nowMs + i, key, value);
        }
        return records;
    }

    private int size() {
        return prng.chance(1, 200) ? prng.nextInt(LARGE_VALUE_BYTES) : prng.nextInt(valueBytes);
    }

    private static ByteBuffer of(MemoryRecords records) {
        return records.buffer().duplicate();
    }
}
