package dev.tidemark.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import java.nio.ByteBuffer;
import java.util.Iterator;
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
import org.xerial.snappy.SnappyError;

/// Random, cut and damaged bytes against the record classes of Kafka's own client: what one takes
/// the other takes, and nothing makes the check throw.
class BatchCheckFuzzTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final int CASES = 60_000;
    /// Compacted, so that compressed batches are opened too; the cases all have keys.
    private static final BatchRules RULES = new BatchRules(1 << 20, TimestampType.CREATE_TIME,
            Long.MAX_VALUE, Long.MAX_VALUE, true, null, 0);

    private static ByteBuffer generated(Prng prng) {
        SimpleRecord[] records = new SimpleRecord[1 + prng.nextInt(5)];
        for (int i = 0; i < records.length; i++) {
            Header[] headers = new Header[prng.nextInt(3)];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("h" + h,
                        prng.chance(1, 3) ? null : new byte[prng.nextInt(300)]);
            }
            records[i] = new SimpleRecord(NOW - prng.nextInt(100_000),
                    new byte[prng.nextInt(200)],
                    prng.chance(1, 4) ? null : new byte[prng.nextInt(300)], headers);
        }
        CompressionType type = prng.chance(2, 3) ? CompressionType.NONE
                : CompressionType.values()[prng.nextInt(5)];
        Compression codec = Compression.of(type).build();
        boolean idempotent = prng.chance(1, 2);
        ByteBuffer batch = idempotent
                ? MemoryRecords.withIdempotentRecords(0, codec, prng.nextInt(100), (short) 1,
                        prng.nextInt(100), 0, records).buffer()
                : MemoryRecords.withRecords(codec, records).buffer();
        return prng.chance(1, 2) ? batch : direct(batch);
    }

    private static ByteBuffer direct(ByteBuffer heap) {
        return ByteBuffer.allocateDirect(heap.remaining()).put(heap.duplicate()).flip();
    }

    /// Damages the bytes, and mostly makes the checksum fit again so that the damage is looked at.
    private static ByteBuffer damaged(ByteBuffer batch, Prng prng) {
        for (int damages = prng.nextInt(4); damages > 0; damages--) {
            int at = prng.chance(1, 2) ? prng.nextInt(batch.limit())
                    : Math.min(Batch.HEADER_BYTES + prng.nextInt(12), batch.limit() - 1);
            byte value = switch (prng.nextInt(4)) {
                case 0 -> (byte) (batch.get(at) ^ (1 << prng.nextInt(8)));
                case 1 -> (byte) (batch.get(at) + 1);
                case 2 -> (byte) 0xff;
                default -> (byte) prng.nextInt(256);
            };
            batch.put(at, value);
        }
        if (prng.chance(1, 8)) {
            batch.limit(prng.nextInt(batch.limit() + 1));
        }
        if (prng.chance(7, 8)) {
            sign(batch);
        }
        return batch;
    }

    private static void sign(ByteBuffer batch) {
        boolean whole = batch.limit() >= Batch.HEADER_BYTES
                && batch.getInt(Batch.LENGTH) <= batch.limit() - Batch.PREFIX_BYTES
                && batch.getInt(Batch.LENGTH) >= Batch.HEADER_BYTES - Batch.PREFIX_BYTES;
        if (whole) {
            Batch.setMaxTimestamp(batch, 0, Batch.maxTimestamp(batch, 0));
        }
    }

    /// What Kafka's client classes say: one valid batch, whose records can all be read, with what
    /// a broker asks of a client's header, and with dense offsets.
    private static boolean kafkaAccepts(ByteBuffer bytes) {
        try {
            Iterator<? extends RecordBatch> batches =
                    MemoryRecords.readableRecords(bytes.duplicate()).batches().iterator();
            RecordBatch batch = batches.next();
            if (batches.hasNext() || batch.magic() != RecordBatch.MAGIC_VALUE_V2) {
                return false;
            }
            batch.ensureValid();
            return headerAccepted(batch) && recordsAccepted(batch);
        } catch (RuntimeException | SnappyError refused) {
            return false;
        }
    }

    private static boolean headerAccepted(RecordBatch batch) {
        boolean producer = batch.hasProducerId()
                ? batch.producerEpoch() >= 0 && batch.baseSequence() >= 0
                : batch.producerId() == RecordBatch.NO_PRODUCER_ID && !batch.isTransactional();
        return producer && batch.baseOffset() == 0 && !batch.isControlBatch()
                && batch.timestampType() == TimestampType.CREATE_TIME
                && batch.countOrNull() > 0 && batch.lastOffset() == batch.countOrNull() - 1;
    }

    private static boolean recordsAccepted(RecordBatch batch) {
        long expected = 0;
        for (Record record : batch) {
            if (record.offset() != expected++ || !record.hasKey()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void acceptsExactlyWhatKafkasOwnClassesAccept() {
        int accepted = 0;
        int refusedByRecords = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Prng prng = new Prng(seed);
            ByteBuffer bytes = damaged(generated(prng), prng);
            boolean expected = kafkaAccepts(bytes);
            Verdict verdict = BatchCheck.check(bytes, RULES, NOW);
            assertThat(verdict.error() == Errors.NONE).as("seed %d: %s", seed, verdict.message())
                    .isEqualTo(expected);
            accepted += expected ? 1 : 0;
            refusedByRecords += verdict.error() == Errors.INVALID_RECORD ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(CASES / 10);
        assertThat(refusedByRecords).isGreaterThan(CASES / 10);
    }

    @Test
    void randomBytesAlwaysGetAVerdict() {
        int errors = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Prng prng = new Prng(seed);
            ByteBuffer bytes = ByteBuffer.allocate(prng.nextInt(200));
            for (int at = 0; at < bytes.limit(); at++) {
                bytes.put(at, (byte) prng.nextInt(256));
            }
            if (bytes.limit() > Batch.HEADER_BYTES && prng.chance(3, 4)) {
                bytes.putLong(0, 0).putInt(Batch.LENGTH, bytes.limit() - Batch.PREFIX_BYTES)
                        .put(Batch.MAGIC_AT, Batch.MAGIC)
                        .putShort(Batch.ATTRIBUTES, (short) prng.nextInt(6))
                        .putInt(Batch.RECORD_COUNT, 1).putInt(Batch.LAST_OFFSET_DELTA, 0)
                        .putLong(Batch.PRODUCER_ID, -1);
                sign(bytes);
            }
            errors += BatchCheck.check(bytes, RULES, NOW).error() == Errors.NONE ? 0 : 1;
        }
        assertThat(errors).isEqualTo(CASES);
    }
}
