package dev.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.segment.SegmentNames;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// The log against a plain list, step by random step: whatever is done, and wherever the power
/// goes, what was journalled is there, nothing else, and every index holds.
class LogModelTest {
    private static final int SEEDS = Integer.getInteger("model.seeds", 120);
    private static final int FIRST = Integer.getInteger("model.first", 1);
    private static final int STEPS = 250;
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final LogConfig CONFIG = LogConfig.DEFAULTS.with(
            new LogConfig.Rolling(2_000, 100_000, 0, 200, 1 << 20));

    private Prng prng;
    private SimDisk disk;
    private Log log;
    private LogModel model;
    /// All that was appended, in order: what a journal would hand back.
    private List<ByteBuffer> journal;
    private Flush pending;
    private int leaderEpoch;
    private long nowMs;
    private int sequence;

    @Test
    void theLogHoldsWhatWasAppended() throws IOException {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                walk(seed);
            } catch (IOException | RuntimeException | Error broken) {
                throw new AssertionError("seed " + seed, broken);
            }
        }
    }

    private void walk(long seed) throws IOException {
        prng = new Prng(seed);
        disk = new SimDisk(prng.split());
        model = new LogModel();
        journal = new ArrayList<>();
        pending = null;
        leaderEpoch = 0;
        sequence = 0;
        nowMs = 1_000_000;
        log = open(0, 0, true);
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        model.assertAll(log);
        close();
    }

    private Log open(long start, long recoveryPoint, boolean clean) throws IOException {
        return Log.open(disk, "t-0", TOPIC, CONFIG,
                new LogCheckpoint(start, recoveryPoint, clean));
    }

    private void step() throws IOException {
        switch (prng.nextInt(24)) {
            case 0 -> truncate();
            case 1 -> log.roll();
            case 2 -> forget();
            case 3, 4 -> flush();
            case 5 -> {
                close();
                log = open(model.logStartOffset, log.recoveryPoint(), true);
                model.assertAll(log);
            }
            case 6 -> crash();
            case 7, 8 -> findByTime();
            case 9, 10, 11, 12, 13, 14 -> read();
            default -> append();
        }
    }

    private void append() throws IOException {
        int count = 1 + prng.nextInt(3);
        ByteBuffer[] batches = new ByteBuffer[count];
        long next = log.logEndOffset();
        for (int i = 0; i < count; i++) {
            batches[i] = batch(next);
            next = TestBatches.lastOffset(batches[i]) + 1;
        }
        if (count == 1) {
            log.append(batches[0], nowMs);
        } else {
            log.append(batches, 0, count, nowMs);
        }
        for (ByteBuffer batch : batches) {
            model.append(batch);
            journal.add(batch);
        }
        assertThat(log.logEndOffset()).isEqualTo(next);
    }

    private ByteBuffer batch(long baseOffset) {
        SimpleRecord[] records = new SimpleRecord[1 + prng.nextInt(4)];
        for (int i = 0; i < records.length; i++) {
            nowMs += prng.nextInt(60);
            long timestamp = nowMs - prng.nextInt(200);
            records[i] = new SimpleRecord(timestamp, new byte[2], new byte[prng.nextInt(150)]);
        }
        Compression codec = prng.chance(1, 4) ? Compression.lz4().build() : Compression.NONE;
        int first = sequence;
        sequence += records.length;
        return TestBatches.of(MemoryRecords.withIdempotentRecords(baseOffset, codec, 7, (short) 0,
                first, leaderEpoch, records));
    }

    /// A new leader overrules the end of the log, and appends at once.
    private void truncate() throws IOException {
        long end = log.logEndOffset();
        long offset = Math.max(model.logStartOffset, end - prng.nextInt(30));
        if (model.splits(offset)) {
            // What is committed is never cut, and a log starts below what is committed.
            return;
        }
        log.truncateTo(offset);
        assertThat(log.logEndOffset()).isEqualTo(model.truncateTo(offset));
        leaderEpoch++;
        sequence = 0;
        if (!model.batches.isEmpty()) {
            ByteBuffer last = model.batches.getLast();
            sequence = Batch.lastSequence(last, 0) + 1;
        }
        append();
    }

    private void forget() throws IOException {
        long offset = Math.min(log.logEndOffset(), model.logStartOffset + prng.nextInt(20));
        log.raiseLogStart(offset);
        log.retire(log.logStartOffset()).delete();
        model.logStartOffset = Math.max(model.logStartOffset, offset);
        assertThat(log.logStartOffset()).isEqualTo(model.logStartOffset);
    }

    private void flush() throws IOException {
        if (pending == null) {
            pending = log.prepareFlush();
        } else {
            pending.run();
            log.flushed(pending);
            pending = null;
        }
    }

    private void close() throws IOException {
        if (pending != null) {
            flush();
        }
        log.close();
        IndexRules.assertAllHold(disk, "t-0");
    }

    private void crash() throws IOException {
        pending = null;
        if (prng.chance(1, 4)) {
            disk.kill();
        } else {
            disk.crash(prng);
        }
        disk.restart();
        long recoveryPoint = log.recoveryPoint();
        log = open(model.logStartOffset, recoveryPoint, false);
        log.recoverFrom(recoveryPoint);
        for (ByteBuffer frame : journal) {
            log.replay(frame);
        }
        model.assertAll(log);
        assertProducer();
    }

    private void assertProducer() {
        if (!model.batches.isEmpty()
                && TestBatches.lastOffset(model.batches.getLast()) >= model.logStartOffset) {
            assertThat(log.producers().classify(model.batches.getLast(), 0))
                    .isInstanceOf(SequenceCheck.Duplicate.class);
        }
    }

    private void read() throws IOException {
        long end = log.logEndOffset();
        long from = prng.between(model.logStartOffset, end + 1);
        long high = prng.chance(1, 2) ? end : prng.between(from, end + 1);
        // An end of a read is the end of a batch.
        for (ByteBuffer batch : model.batches) {
            if (TestBatches.lastOffset(batch) >= high && Batch.baseOffset(batch, 0) < high) {
                high = TestBatches.lastOffset(batch) + 1;
            }
        }
        model.assertRead(log, from, 1 + prng.nextInt(1_000), high, prng.chance(1, 2));
    }

    private void findByTime() throws IOException {
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        long timestamp = nowMs - prng.nextInt(3_000);
        assertThat(view.findByTimestamp(timestamp, end)).isEqualTo(model.first(timestamp, end));
        TimestampOffset newest = model.newest();
        if (newest != null && newest.offset() >= model.logStartOffset) {
            assertThat(view.maxTimestamp().timestamp()).isGreaterThanOrEqualTo(newest.timestamp());
        }
    }

    /// What DumpLogSegments demands of a segment's indexes.
    static final class IndexRules {
        private IndexRules() {
        }

        static void assertAllHold(SimDisk disk, String directory) throws IOException {
            for (String name : disk.list(directory)) {
                long base = SegmentNames.offsetOf(name, SegmentNames.LOG);
                if (base >= 0) {
                    assertOffsets(disk, directory, base);
                    assertTimes(disk, directory, base);
                }
            }
        }

        private static ByteBuffer read(SimDisk disk, String directory, long base, String kind)
                throws IOException {
            String path = SegmentNames.path(directory, base, kind);
            if (!disk.exists(path)) {
                return ByteBuffer.allocate(0);
            }
            DiskFile file = disk.open(path);
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.flip();
        }

        private static void assertOffsets(SimDisk disk, String directory, long base)
                throws IOException {
            ByteBuffer log = read(disk, directory, base, SegmentNames.LOG);
            ByteBuffer index = read(disk, directory, base, SegmentNames.OFFSETS);
            assertThat(index.limit() % 8).isZero();
            int last = -1;
            while (index.hasRemaining()) {
                int relative = index.getInt();
                int position = index.getInt();
                assertThat(relative).isGreaterThan(last);
                assertThat(Batch.lastOffset(log, position)).isEqualTo(base + relative);
                last = relative;
            }
        }

        private static void assertTimes(SimDisk disk, String directory, long base)
                throws IOException {
            ByteBuffer log = read(disk, directory, base, SegmentNames.LOG);
            ByteBuffer index = read(disk, directory, base, SegmentNames.TIMES);
            assertThat(index.limit() % 12).isZero();
            long last = -1;
            int at = 0;
            while (index.hasRemaining()) {
                long timestamp = index.getLong();
                long offset = base + index.getInt();
                assertThat(timestamp).isGreaterThan(last);
                while (Batch.lastOffset(log, at) < offset) {
                    at += Batch.sizeInBytes(log, at);
                }
                assertThat(Batch.maxTimestamp(log, at)).isEqualTo(timestamp);
                last = timestamp;
            }
        }
    }
}
