package dev.tidemark.replica;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// One batch on its way, and what its producer was told of it.
final class Receipt implements Ack {
    static final long PRODUCER = 77;
    static final short ALL = -1;

    final String value;
    final int sequence;
    private final int count;
    long offset = -1;
    Errors error;

    Receipt(String value, int sequence) {
        this(value, sequence, 1);
    }

    Receipt(String value, int sequence, int count) {
        this.value = value;
        this.sequence = sequence;
        this.count = count;
    }

    /// Of a producer that is not idempotent.
    static Receipt of(String value) {
        return new Receipt(value, -1);
    }

    ByteBuffer batch() {
        var records = new SimpleRecord[count];
        Arrays.fill(records, new SimpleRecord(1_000, value.getBytes(StandardCharsets.UTF_8)));
        MemoryRecords batch = sequence < 0
                ? MemoryRecords.withRecords(Compression.NONE, records)
                : MemoryRecords.withIdempotentRecords(Compression.NONE, PRODUCER, (short) 0,
                        sequence, records);
        return batch.buffer().duplicate();
    }

    Receipt sendTo(ReplicaNode node) {
        error = null;
        node.append(batch(), ALL, this);
        return this;
    }

    boolean isAcked() {
        return error == Errors.NONE;
    }

    @Override
    public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset) {
        offset = baseOffset;
    }

    @Override
    public void refused(int slot, Errors why, String message) {
        error = why;
    }

    @Override
    public void committed(int slot) {
        error = Errors.NONE;
    }

    @Override
    public void lost(int slot, Errors why) {
        error = why;
    }

    /// True if that batch of a log is this one's.
    boolean isAt(ByteBuffer bytes, int at) {
        ByteBuffer own = batch();
        int size = Batch.sizeInBytes(bytes, at);
        return size == own.remaining() && own.slice(Batch.CRC, size - Batch.CRC)
                .equals(bytes.slice(at + Batch.CRC, size - Batch.CRC));
    }
}
