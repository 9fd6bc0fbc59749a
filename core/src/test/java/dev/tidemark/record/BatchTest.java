package dev.tidemark.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int AT = 7;
    private final SimpleRecord[] records = {record(1_000), record(3_000), record(2_000)};
    private final ByteBuffer bytes = behindForeignBytes(MemoryRecords.withTransactionalRecords(40,
            Compression.lz4().build(), 77, (short) 5, Integer.MAX_VALUE - 1, 9, records));

    private static SimpleRecord record(long timestamp) {
        byte[] text = "tide".getBytes(StandardCharsets.UTF_8);
        return new SimpleRecord(timestamp, text, text);
    }

    private static ByteBuffer behindForeignBytes(MemoryRecords records) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(AT + records.sizeInBytes() + 3);
        bytes.position(AT).put(records.buffer().duplicate());
        return bytes.rewind();
    }

    private static RecordBatch read(ByteBuffer bytes) {
        int end = AT + Batch.sizeInBytes(bytes, AT);
        return MemoryRecords.readableRecords(bytes.duplicate().position(AT).limit(end).slice())
                .batches().iterator().next();
    }

    @Test
    void headerReadsAsKafkasOwnClassReadsIt() {
        RecordBatch kafka = read(bytes);
        assertThat(Batch.baseOffset(bytes, AT)).isEqualTo(kafka.baseOffset()).isEqualTo(40);
        assertThat(Batch.lastOffset(bytes, AT)).isEqualTo(kafka.lastOffset()).isEqualTo(42);
        assertThat(Batch.nextOffset(bytes, AT)).isEqualTo(kafka.nextOffset());
        assertThat(Batch.sizeInBytes(bytes, AT)).isEqualTo(kafka.sizeInBytes());
        assertThat(Batch.leaderEpoch(bytes, AT)).isEqualTo(kafka.partitionLeaderEpoch());
        assertThat(Batch.magic(bytes, AT)).isEqualTo(kafka.magic());
        assertThat(Batch.crc(bytes, AT)).isEqualTo(kafka.checksum());
        assertThat(Batch.maxTimestamp(bytes, AT)).isEqualTo(kafka.maxTimestamp());
        assertThat(Batch.baseTimestamp(bytes, AT)).isEqualTo(1_000);
        assertThat(Batch.producerId(bytes, AT)).isEqualTo(kafka.producerId());
        assertThat(Batch.producerEpoch(bytes, AT)).isEqualTo(kafka.producerEpoch());
        assertThat(Batch.baseSequence(bytes, AT)).isEqualTo(kafka.baseSequence());
        assertThat(Batch.recordCount(bytes, AT)).isEqualTo(kafka.countOrNull());
        assertThat(Batch.compressionType(bytes, AT)).isEqualTo(kafka.compressionType().id);
        assertThat(Batch.isTransactional(bytes, AT)).isTrue();
        assertThat(Batch.isControl(bytes, AT)).isFalse();
        assertThat(Batch.hasDeleteHorizon(bytes, AT)).isFalse();
        assertThat(Batch.isLogAppendTime(bytes, AT)).isFalse();
    }

    @Test
    void sequencesWrapRoundToZero() {
        assertThat(Batch.lastSequence(bytes, AT)).isEqualTo(read(bytes).lastSequence())
                .isEqualTo(0);
        ByteBuffer plain = behindForeignBytes(
                MemoryRecords.withRecords(Compression.NONE, records));
        assertThat(Batch.lastSequence(plain, AT)).isEqualTo(Batch.NONE);
    }

    @Test
    void placingABatchLeavesItsChecksumValid() {
        Batch.setBaseOffset(bytes, AT, 1L << 40);
        Batch.setLeaderEpoch(bytes, AT, 12);
        RecordBatch kafka = read(bytes);
        kafka.ensureValid();
        assertThat(kafka.baseOffset()).isEqualTo(1L << 40);
        assertThat(kafka.partitionLeaderEpoch()).isEqualTo(12);
        assertThat(Batch.crcValid(bytes, AT)).isTrue();
    }

    @Test
    void logAppendTimeBecomesTheTimeOfEveryRecord() {
        Batch.setLogAppendTime(bytes, AT, 9_999);
        RecordBatch kafka = read(bytes);
        kafka.ensureValid();
        assertThat(kafka.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(kafka).allSatisfy(each -> assertThat(each.timestamp()).isEqualTo(9_999));
        assertThat(Batch.isLogAppendTime(bytes, AT)).isTrue();
    }

    @Test
    void aFlippedBitBreaksTheChecksumAndTheBufferStaysWhereItWas() {
        assertThat(Batch.crcValid(bytes.position(3), AT)).isTrue();
        bytes.put(AT + 70, (byte) (bytes.get(AT + 70) ^ 4));
        assertThat(Batch.crcValid(bytes, AT)).isFalse();
        assertThat(bytes.position()).isEqualTo(3);
        assertThat(bytes.limit()).isEqualTo(bytes.capacity());
    }
}
