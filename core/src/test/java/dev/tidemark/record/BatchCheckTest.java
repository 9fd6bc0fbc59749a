package dev.tidemark.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Marks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class BatchCheckTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final BatchRules RULES = BatchRules.DEFAULTS;
    private static final BatchRules COMPACTED = new BatchRules(1 << 20,
            TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000L, true, null, 0);

    private static SimpleRecord record(long timestampMs, String key, String value) {
        return new SimpleRecord(timestampMs, key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                new Header[] {new RecordHeader("h", null), new RecordHeader("i", new byte[200])});
    }

    private static ByteBuffer batch(Compression codec, SimpleRecord... records) {
        return MemoryRecords.withRecords(codec, records).buffer();
    }

    private static ByteBuffer twoRecords() {
        return batch(Compression.NONE, record(NOW, "k", "v"), record(NOW - 5, null, null));
    }

    private static BatchRules recompressing(CompressionType type, int level) {
        return new BatchRules(1 << 20, TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000L,
                false, type, level);
    }

    private static void resign(ByteBuffer batch) {
        // The same value again: only the checksum changes.
        Batch.setMaxTimestamp(batch, 0, Batch.maxTimestamp(batch, 0));
    }

    private static Errors verdict(ByteBuffer records) {
        return BatchCheck.check(records, RULES, NOW).error();
    }

    @Test
    void aWholeBatchIsGoodAsItCame() {
        ByteBuffer batch = twoRecords();
        Verdict verdict = BatchCheck.check(batch, RULES, NOW);
        assertThat(verdict.error()).isEqualTo(Errors.NONE);
        assertThat(verdict.records()).isSameAs(batch);
        assertThat(batch.position()).isZero();
    }

    @Test
    void aBatchInTheMiddleOfADirectBufferIsCheckedThere() {
        ByteBuffer batch = twoRecords();
        ByteBuffer frame = ByteBuffer.allocateDirect(batch.limit() + 100);
        frame.position(37).put(batch.duplicate());
        frame.limit(frame.position()).position(37);
        assertThat(verdict(frame)).isEqualTo(Errors.NONE);
        assertThat(frame.position()).isEqualTo(37);
    }

    @Test
    void nothingOrATornBatchIsNoBatch() {
        ByteBuffer batch = twoRecords();
        for (int length = 0; length < batch.capacity(); length++) {
            assertThat(verdict(batch.duplicate().limit(length))).isEqualTo(Errors.INVALID_RECORD);
        }
    }

    @Test
    void aTornSecondBatchIsCutOffAndAWholeOneRefused() {
        ByteBuffer batch = twoRecords();
        ByteBuffer two = ByteBuffer.allocate(2 * batch.limit());
        two.put(batch.duplicate()).put(batch.duplicate()).flip();
        assertThat(verdict(two)).isEqualTo(Errors.INVALID_RECORD);
        Verdict torn = BatchCheck.check(two.limit(two.limit() - 1), RULES, NOW);
        assertThat(torn.error()).isEqualTo(Errors.NONE);
        assertThat(torn.records().remaining()).isEqualTo(batch.limit());
    }

    @Test
    void theChecksumCoversEveryByteBehindIt() {
        ByteBuffer batch = twoRecords();
        for (int bit = Batch.ATTRIBUTES * 8; bit < batch.limit() * 8; bit++) {
            batch.put(bit / 8, (byte) (batch.get(bit / 8) ^ (1 << (bit % 8))));
            assertThat(verdict(batch)).isEqualTo(Errors.CORRUPT_MESSAGE);
            batch.put(bit / 8, (byte) (batch.get(bit / 8) ^ (1 << (bit % 8))));
        }
        assertThat(verdict(batch)).isEqualTo(Errors.NONE);
    }

    @Test
    void onlyTheSecondFormatIsAccepted() {
        ByteBuffer batch = twoRecords();
        assertThat(verdict(batch.duplicate().put(Batch.MAGIC_AT, (byte) 1)))
                .isEqualTo(Errors.INVALID_RECORD);
        assertThat(verdict(batch.duplicate().put(Batch.MAGIC_AT, (byte) 3)))
                .isEqualTo(Errors.CORRUPT_MESSAGE);
    }

    @Test
    void aBatchLongerThanTheTopicAllowsIsTooLarge() {
        ByteBuffer batch = twoRecords();
        BatchRules exact = new BatchRules(batch.limit(), TimestampType.CREATE_TIME,
                Long.MAX_VALUE, Long.MAX_VALUE, false, null, 0);
        BatchRules less = new BatchRules(batch.limit() - 1, TimestampType.CREATE_TIME,
                Long.MAX_VALUE, Long.MAX_VALUE, false, null, 0);
        assertThat(BatchCheck.check(batch, exact, NOW).error()).isEqualTo(Errors.NONE);
        assertThat(BatchCheck.check(batch, less, NOW).error())
                .isEqualTo(Errors.MESSAGE_TOO_LARGE);
    }

    @Test
    void offsetsBeginAtZeroAndAreDense() {
        ByteBuffer shifted = twoRecords();
        Batch.setBaseOffset(shifted, 0, 1);
        assertThat(verdict(shifted)).isEqualTo(Errors.INVALID_RECORD);
        for (int count : new int[] {0, -1, 1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            ByteBuffer lying = twoRecords();
            lying.putInt(Batch.RECORD_COUNT, count);
            resign(lying);
            assertThat(verdict(lying)).isEqualTo(Errors.INVALID_RECORD);
            lying.putInt(Batch.LAST_OFFSET_DELTA, count - 1);
            resign(lying);
            assertThat(verdict(lying)).isEqualTo(Errors.INVALID_RECORD);
        }
        ByteBuffer gap = twoRecords();
        // The first record: length, attributes, timestamp delta, offset delta.
        int offsetDelta = Batch.HEADER_BYTES + 4;
        assertThat(gap.get(offsetDelta)).isZero();
        gap.put(offsetDelta, (byte) 2);
        resign(gap);
        assertThat(verdict(gap)).isEqualTo(Errors.INVALID_RECORD);
    }

    @Test
    void clientsWriteNoControlRecordsAndSetNoAppendTime() {
        ByteBuffer control = twoRecords();
        control.putShort(Batch.ATTRIBUTES, (short) Batch.CONTROL_BIT);
        resign(control);
        assertThat(verdict(control)).isEqualTo(Errors.INVALID_RECORD);
        ByteBuffer stamped = twoRecords();
        stamped.putShort(Batch.ATTRIBUTES, (short) Batch.LOG_APPEND_TIME_BIT);
        resign(stamped);
        assertThat(verdict(stamped)).isEqualTo(Errors.INVALID_TIMESTAMP);
        ByteBuffer codec = twoRecords();
        codec.putShort(Batch.ATTRIBUTES, (short) 5);
        resign(codec);
        assertThat(verdict(codec)).isEqualTo(Errors.UNSUPPORTED_COMPRESSION_TYPE);
    }

    @Test
    void producerIdEpochAndSequenceGoTogether() {
        assertThat(verdict(producer(5, (short) 0, 0))).isEqualTo(Errors.NONE);
        assertThat(verdict(producer(5, (short) 0, -1))).isEqualTo(Errors.INVALID_RECORD);
        assertThat(verdict(producer(5, (short) -1, 0))).isEqualTo(Errors.INVALID_RECORD);
        assertThat(verdict(producer(-2, (short) 0, 0))).isEqualTo(Errors.INVALID_RECORD);
        ByteBuffer orphan = twoRecords();
        orphan.putShort(Batch.ATTRIBUTES, (short) Batch.TRANSACTIONAL_BIT);
        resign(orphan);
        assertThat(verdict(orphan)).isEqualTo(Errors.INVALID_RECORD);
    }

    private static ByteBuffer producer(long id, short epoch, int sequence) {
        ByteBuffer batch = twoRecords();
        batch.putLong(Batch.PRODUCER_ID, id).putShort(Batch.PRODUCER_EPOCH, epoch)
                .putInt(Batch.BASE_SEQUENCE, sequence);
        resign(batch);
        return batch;
    }

    @Test
    void timestampsOutsideTheTopicsRangeAreNamedByRecord() {
        BatchRules narrow = new BatchRules(1 << 20, TimestampType.CREATE_TIME, 1_000, 500,
                false, null, 0);
        ByteBuffer batch = batch(Compression.NONE, record(NOW - 1_000, "k", ""),
                record(NOW - 1_001, "k", ""), record(NOW + 500, "k", ""),
                record(NOW + 501, "k", ""), record(RecordBatch.NO_TIMESTAMP, "k", ""));
        Verdict verdict = BatchCheck.check(batch, narrow, NOW);
        assertThat(verdict.error()).isEqualTo(Errors.INVALID_TIMESTAMP);
        assertThat(verdict.recordErrors()).extracting(Verdict.RecordError::index)
                .containsExactly(1, 3);
        BatchRules stamping = new BatchRules(1 << 20, TimestampType.LOG_APPEND_TIME, 1_000, 500,
                false, null, 0);
        assertThat(BatchCheck.check(batch, stamping, NOW).error()).isEqualTo(Errors.NONE);
    }

    @Test
    void aCompressedBatchIsJudgedByItsHighestTimestamp() {
        ByteBuffer late = batch(Compression.lz4().build(), record(NOW + 3_600_001, "k", ""));
        assertThat(verdict(late)).isEqualTo(Errors.INVALID_TIMESTAMP);
        assertThat(verdict(batch(Compression.lz4().build(), record(NOW, "k", ""))))
                .isEqualTo(Errors.NONE);
    }

    @Test
    void aCompactedTopicWantsKeysAlsoInCompressedBatches() {
        for (CompressionType type : CompressionType.values()) {
            Compression codec = Compression.of(type).build();
            ByteBuffer batch = batch(codec, record(NOW, "k", "v"), record(NOW, null, "v"),
                    record(NOW, "", null), record(NOW, null, null));
            Verdict verdict = BatchCheck.check(batch, COMPACTED, NOW);
            assertThat(verdict.error()).as("%s", type).isEqualTo(Errors.INVALID_RECORD);
            assertThat(verdict.recordErrors()).extracting(Verdict.RecordError::index)
                    .containsExactly(1, 3);
            assertThat(verdict(batch)).isEqualTo(Errors.NONE);
            ByteBuffer keyed = batch(codec, record(NOW, "k", "v"), record(NOW, "", null));
            assertThat(BatchCheck.check(keyed, COMPACTED, NOW).error()).isEqualTo(Errors.NONE);
        }
    }

    @Test
    void aRefusedBatchListsALimitedNumberOfRecords() {
        SimpleRecord[] records = new SimpleRecord[Limits.RECORD_ERRORS + 10];
        for (int i = 0; i < records.length; i++) {
            records[i] = record(NOW, null, "v");
        }
        Verdict verdict = BatchCheck.check(batch(Compression.NONE, records), COMPACTED, NOW);
        assertThat(verdict.recordErrors()).hasSize(Limits.RECORD_ERRORS);
    }

    @Test
    void aWrongHighestTimestampIsRepaired() {
        long marked = Marks.count("batch came with a wrong highest timestamp");
        ByteBuffer batch = twoRecords();
        Batch.setMaxTimestamp(batch, 0, NOW + 77);
        assertThat(verdict(batch)).isEqualTo(Errors.NONE);
        assertThat(Batch.maxTimestamp(batch, 0)).isEqualTo(NOW);
        assertThat(Batch.crcValid(batch, 0)).isTrue();
        assertThat(Marks.count("batch came with a wrong highest timestamp"))
                .isEqualTo(marked + 1);
    }

    @Test
    void eachCodecTurnsIntoEachOtherWithTheSameRecords() {
        for (CompressionType from : CompressionType.values()) {
            for (CompressionType to : CompressionType.values()) {
                ByteBuffer batch = MemoryRecords.withIdempotentRecords(0,
                        Compression.of(from).build(), 9, (short) 2, 33, 0,
                        record(NOW, "a", "1"), record(NOW + 1, null, "2".repeat(5_000)),
                        record(NOW - 9, "c", null)).buffer();
                List<Record> before = records(batch);
                Verdict verdict = BatchCheck.check(batch, recompressing(to, 0), NOW);
                assertThat(verdict.error()).as("%s to %s", from, to).isEqualTo(Errors.NONE);
                ByteBuffer other = verdict.records();
                assertThat(Batch.compressionType(other, other.position())).isEqualTo(to.id);
                assertThat(Batch.producerId(other, 0)).isEqualTo(9);
                assertThat(Batch.baseSequence(other, 0)).isEqualTo(33);
                assertThat(records(other)).isEqualTo(before);
                if (from == to) {
                    assertThat(other).isSameAs(batch);
                }
            }
        }
    }

    private static List<Record> records(ByteBuffer batch) {
        List<Record> records = new ArrayList<>();
        for (RecordBatch each : MemoryRecords.readableRecords(batch.duplicate()).batches()) {
            each.ensureValid();
            Iterator<Record> iterator = each.iterator();
            iterator.forEachRemaining(records::add);
        }
        return records;
    }

    @Test
    void theTopicsLevelOfCompressionIsObeyed() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(i * 31 % 977).append(i % 7 == 0 ? 'x' : ' ');
        }
        ByteBuffer batch = batch(Compression.NONE, record(NOW, "k", text.toString()));
        int fast = BatchCheck.check(batch, recompressing(CompressionType.GZIP, 1), NOW)
                .records().remaining();
        int best = BatchCheck.check(batch, recompressing(CompressionType.GZIP, 9), NOW)
                .records().remaining();
        assertThat(best).isLessThan(fast);
    }

    @Test
    void aBatchThatRecompressionMakesTooLongIsRefused() {
        ByteBuffer batch = batch(Compression.gzip().build(), record(NOW, "k", "v".repeat(50_000)));
        BatchRules rules = new BatchRules(10_000, TimestampType.CREATE_TIME, Long.MAX_VALUE,
                Long.MAX_VALUE, false, CompressionType.NONE, 0);
        assertThat(BatchCheck.check(batch, rules, NOW).error())
                .isEqualTo(Errors.MESSAGE_TOO_LARGE);
    }

    @Test
    void aBombIsRefusedWhereItWouldHaveToBeOpened() {
        long marked = Marks.count("compressed batch inflated beyond its limit");
        byte[] zeros = new byte[Limits.INFLATED_BATCH_BYTES];
        ByteBuffer bomb = MemoryRecords.withRecords(Compression.zstd().build(),
                new SimpleRecord(NOW, new byte[1], zeros)).buffer();
        assertThat(bomb.limit()).isLessThan(1 << 20);
        assertThat(verdict(bomb)).isEqualTo(Errors.NONE);
        assertThat(BatchCheck.check(bomb, COMPACTED, NOW).error())
                .isEqualTo(Errors.MESSAGE_TOO_LARGE);
        assertThat(Marks.count("compressed batch inflated beyond its limit"))
                .isEqualTo(marked + 1);
    }

    @Test
    void aSnappyChunkThatLiesAboutItsLengthsIsNeverBelieved() {
        ByteBuffer batch = batch(Compression.snappy().build(), record(NOW, "k", "v"));
        // Behind the stream's header of 16 bytes: the chunk's deflated, then its inflated length.
        int deflatedLength = Batch.HEADER_BYTES + 16;
        assertThat(BatchCheck.check(batch, COMPACTED, NOW).error()).isEqualTo(Errors.NONE);
        int honest = batch.getInt(deflatedLength);
        for (int lie : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 1, honest + 1}) {
            batch.putInt(deflatedLength, lie);
            resign(batch);
            assertThat(BatchCheck.check(batch, COMPACTED, NOW).error())
                    .as("%d", lie).isEqualTo(Errors.INVALID_RECORD);
        }
        batch.putInt(deflatedLength, honest).putInt(deflatedLength + 4, 0xffffff7f);
        resign(batch);
        assertThat(BatchCheck.check(batch, COMPACTED, NOW).error())
                .isEqualTo(Errors.MESSAGE_TOO_LARGE);
    }
}
