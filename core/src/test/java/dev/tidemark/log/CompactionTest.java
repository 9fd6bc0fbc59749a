package dev.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.Compaction;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// Cleans logs of random keys, values, tombstones and producers, against a plain model.
class CompactionTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final long NOW_MS = 1_000_000;
    private static final long HORIZON_MS = 500;
    private static final long MAP_BYTES = 1 << 20;
    /// What one key takes of the memory for keys.
    private static final long KEY_BYTES = 24;
    private static final LogConfig TINY = LogConfig.DEFAULTS
            .with(new LogConfig.Rolling(600, 604_800_000L, 0, 100, 1 << 20))
            .with(new LogConfig.Cleaning(true, 0, 0, Long.MAX_VALUE, HORIZON_MS));

    private SimDisk disk;
    private Log log;
    private long checkpoint;
    /// All that was ever appended, by offset.
    private final TreeMap<Long, Entry> appended = new TreeMap<>();
    private final int[] sequences = new int[3];

    private record Entry(String key, String value) {
    }

    private void open(long seed) throws IOException {
        disk = new SimDisk(new Prng(seed));
        appended.clear();
        checkpoint = 0;
        Arrays.fill(sequences, 0);
        log = Log.open(disk, "t-0", TOPIC, TINY, LogCheckpoint.NEW);
    }

    private void append(Prng prng, int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            var records = new SimpleRecord[1 + prng.nextInt(4)];
            long offset = log.logEndOffset();
            for (int k = 0; k < records.length; k++) {
                String key = "key " + prng.nextInt(8);
                String value = prng.nextInt(5) == 0 ? null : "value " + (offset + k);
                records[k] = new SimpleRecord(NOW_MS - 10_000 + offset, bytes(key), bytes(value));
                appended.put(offset + k, new Entry(key, value));
            }
            log.append(TestBatches.of(batch(prng, offset, records)), NOW_MS);
        }
    }

    private MemoryRecords batch(Prng prng, long offset, SimpleRecord... records) {
        Compression codec = prng.nextInt(3) == 0 ? Compression.gzip().build() : Compression.NONE;
        int producer = prng.nextInt(sequences.length + 1);
        if (producer == sequences.length) {
            return MemoryRecords.withRecords(offset, codec, 0, records);
        }
        int sequence = sequences[producer];
        sequences[producer] += records.length;
        return MemoryRecords.withIdempotentRecords(offset, codec, 100 + producer, (short) 0,
                sequence, 0, records);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private void settle() throws IOException {
        log.roll();
        Flush flush = log.prepareFlush();
        flush.run();
        log.flushed(flush);
    }

    private void clean(long nowMs) throws IOException {
        clean(nowMs, MAP_BYTES);
    }

    private void clean(long nowMs, long mapBytes) throws IOException {
        Cleanable range = log.cleanable(checkpoint, log.logEndOffset(), nowMs);
        Compaction compaction = log.compaction(range, mapBytes, nowMs);
        if (!compaction.map()) {
            return;
        }
        while (compaction.hasNext()) {
            CleanedSegment cleaned = compaction.copyNext();
            if (cleaned != null) {
                log.swap(cleaned).delete();
            }
        }
        checkpoint = compaction.endOffset();
    }

    private TreeMap<Long, Entry> content() throws IOException {
        var content = new TreeMap<Long, Entry>();
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        long next = log.logStartOffset();
        while (next < end) {
            Slice slice = view.read(next, 1 << 20, end, true);
            if (slice == null) {
                break;
            }
            ByteBuffer bytes = ByteBuffer.allocate(slice.length());
            slice.file().read(bytes, slice.position());
            for (var batch : MemoryRecords.readableRecords(bytes.flip()).batches()) {
                batch.ensureValid();
                for (Record record : batch) {
                    content.put(record.offset(),
                            new Entry(text(record.key()), text(record.value())));
                }
                next = Math.max(next, batch.lastOffset() + 1);
            }
        }
        return content;
    }

    private TreeMap<Long, Entry> latest(boolean tombstones) {
        Map<String, Long> last = new TreeMap<>();
        appended.forEach((offset, entry) -> last.put(entry.key, offset));
        var latest = new TreeMap<Long, Entry>();
        last.values().forEach(offset -> {
            if (tombstones || appended.get(offset).value != null) {
                latest.put(offset, appended.get(offset));
            }
        });
        return latest;
    }

    @Test
    void onlyTheLatestRecordOfEachKeyIsLeftAtItsOldOffset() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            var prng = new Prng(seed);
            open(seed);
            for (int round = 0; round < 3; round++) {
                append(prng, 20);
                settle();
                long end = log.logEndOffset();
                clean(NOW_MS);
                assertThat(content()).as("seed " + seed).isEqualTo(latest(true));
                assertThat(log.logEndOffset()).isEqualTo(end);
            }
            assertThat(disk.list("t-0").stream().filter(name -> name.endsWith(".log")).count())
                    .as("small segments are merged").isLessThan(12);
        }
    }

    @Test
    void aTombstoneGoesWhenItsHorizonHasPassed() throws IOException {
        var prng = new Prng(3);
        open(3);
        append(prng, 40);
        settle();
        clean(NOW_MS);
        checkpoint = 0;
        long before = Marks.count("cleaning left a segment as it was");
        long gone = Marks.count("tombstone cleaned away");
        clean(NOW_MS + HORIZON_MS - 1);
        assertThat(Marks.count("tombstone cleaned away")).isEqualTo(gone);
        checkpoint = 0;
        clean(NOW_MS + HORIZON_MS - 1);
        assertThat(Marks.count("cleaning left a segment as it was")).isGreaterThan(before);
        assertThat(content()).isEqualTo(latest(true)).isNotEqualTo(latest(false));
        checkpoint = 0;
        clean(NOW_MS + HORIZON_MS);
        assertThat(Marks.count("tombstone cleaned away")).isGreaterThan(gone);
        assertThat(content()).isEqualTo(latest(false));
    }

    @Test
    void aCleanedLogIsReopenedAndKnowsItsProducers() throws IOException {
        var prng = new Prng(4);
        open(4);
        append(prng, 40);
        settle();
        clean(NOW_MS);
        List<ActiveProducer> producers = sorted(log.producers().active());
        log.close();
        for (String name : disk.list("t-0")) {
            if (name.endsWith(SegmentNames.PRODUCERS)) {
                disk.delete("t-0/" + name);
            }
        }
        log = Log.open(disk, "t-0", TOPIC, TINY,
                new LogCheckpoint(0, log.logEndOffset(), true));
        assertThat(content()).isEqualTo(latest(true));
        List<ActiveProducer> after = sorted(log.producers().active());
        assertThat(after).extracting(ActiveProducer::lastSequence)
                .isEqualTo(producers.stream().map(ActiveProducer::lastSequence).toList());
        assertThat(after).hasSize(sequences.length);
    }

    private static List<ActiveProducer> sorted(List<ActiveProducer> producers) {
        return producers.stream()
                .sorted(Comparator.comparingLong(ActiveProducer::producerId)).toList();
    }

    @Test
    void aSmallMapCleansThePartThatItReaches() throws IOException {
        var prng = new Prng(5);
        open(5);
        append(prng, 60);
        settle();
        long small = 8 * KEY_BYTES;
        long before = Marks.count("cleaning ends before the dirty part does");
        int cleanings = 0;
        while (checkpoint < log.activeBaseOffset()) {
            long last = checkpoint;
            clean(NOW_MS, small);
            assertThat(checkpoint).isGreaterThan(last);
            cleanings++;
        }
        assertThat(cleanings).isGreaterThan(1);
        assertThat(Marks.count("cleaning ends before the dirty part does"))
                .isGreaterThan(before);
        assertThat(content()).isEqualTo(latest(true));
    }

    @Test
    void recordsOfAbortedTransactionsGoAndUndecidedOnesEndTheCleaning() throws IOException {
        open(8);
        written(7, 0, "a", "committed");
        ended(7, ControlRecordType.COMMIT);
        written(8, 0, "a", "aborted");
        written(7, 1, "b", "aborted too");
        ended(8, ControlRecordType.ABORT);
        ended(7, ControlRecordType.ABORT);
        long undecided = log.logEndOffset();
        written(7, 2, "a", "undecided");
        settle();
        clean(NOW_MS);
        assertThat(checkpoint).isEqualTo(undecided);
        assertThat(values()).containsExactly("committed", "undecided");
        ended(7, ControlRecordType.COMMIT);
        settle();
        clean(NOW_MS);
        assertThat(checkpoint).isGreaterThan(undecided + 1);
        assertThat(values()).containsExactly("undecided");
        assertThat(log.producers().firstOpenTransactionOffset()).isEqualTo(-1);
    }

    private List<String> values() throws IOException {
        return content().values().stream().filter(entry -> entry.key.length() == 1)
                .map(Entry::value).toList();
    }

    private void written(long producerId, int sequence, String key, String value)
            throws IOException {
        log.append(TestBatches.of(MemoryRecords.withTransactionalRecords(log.logEndOffset(),
                Compression.NONE, producerId, (short) 0, sequence, 0,
                new SimpleRecord(NOW_MS, bytes(key), bytes(value)))), NOW_MS);
    }

    private void ended(long producerId, ControlRecordType how) throws IOException {
        log.append(TestBatches.of(MemoryRecords.withEndTransactionMarker(log.logEndOffset(), NOW_MS,
                0, producerId, (short) 0, new EndTransactionMarker(how, 0))), NOW_MS);
    }

    @Test
    void viewsOfBeforeReadWhatTheySaw() throws IOException {
        var prng = new Prng(6);
        open(6);
        append(prng, 40);
        settle();
        var before = content();
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        Compaction compaction = log.compaction(log.cleanable(0, end, NOW_MS), MAP_BYTES, NOW_MS);
        assertThat(compaction.map()).isTrue();
        while (compaction.hasNext()) {
            log.swap(compaction.copyNext());
        }
        for (long offset : before.keySet()) {
            Slice slice = view.read(offset, 1 << 20, end, true);
            ByteBuffer bytes = ByteBuffer.allocate(slice.length());
            slice.file().read(bytes, slice.position());
            var first = MemoryRecords.readableRecords(bytes.flip()).batches().iterator().next();
            assertThat(first.baseOffset()).isLessThanOrEqualTo(offset);
            assertThat(first.lastOffset()).isGreaterThanOrEqualTo(offset);
            assertThat(first.isValid()).isTrue();
        }
    }

    @Test
    void aCleaningIsGivenUpIfItsSegmentsAreGone() throws IOException {
        var prng = new Prng(7);
        open(7);
        append(prng, 40);
        settle();
        Cleanable range = log.cleanable(0, log.logEndOffset(), NOW_MS);
        Compaction compaction = log.compaction(range, MAP_BYTES, NOW_MS);
        assertThat(compaction.map()).isTrue();
        CleanedSegment cleaned = compaction.copyNext();
        log.raiseLogStart(range.end());
        log.raiseByRetention(NOW_MS, log.logEndOffset());
        log.retire(log.logStartOffset()).delete();
        long before = Marks.count("log changed during a cleaning");
        assertThat(log.swap(cleaned)).isNull();
        assertThat(Marks.count("log changed during a cleaning")).isEqualTo(before + 1);
        assertThat(disk.list("t-0")).noneMatch(name -> name.endsWith(SegmentNames.CLEANED));
    }

    @Test
    void aCrashAnywhereInACleaningLosesNothing() throws IOException {
        long finished = Marks.count("swap of a cleaned segment finished after a crash");
        int crashes = 0;
        for (int seed = 0; seed < 12; seed++) {
            boolean crashed = true;
            for (int step = 0; crashed; step++) {
                crashed = crashAt(seed, step);
                crashes += crashed ? 1 : 0;
            }
        }
        assertThat(crashes).isGreaterThan(100);
        assertThat(Marks.count("swap of a cleaned segment finished after a crash"))
                .isGreaterThan(finished);
    }

    private boolean crashAt(long seed, int step) throws IOException {
        var prng = new Prng(seed);
        open(seed * 1_000 + step);
        append(prng, 30);
        settle();
        long end = log.logEndOffset();
        var kept = latest(true);
        disk.faults().losePowerAfter(step);
        boolean crashed = false;
        try {
            clean(NOW_MS);
        } catch (PowerLost | IOException lost) {
            crashed = true;
        }
        disk.faults().clear();
        if (!crashed) {
            return false;
        }
        disk.restart();
        // The recovery point on disk may be of long ago.
        long recoveryPoint = prng.nextInt((int) end + 1);
        log = Log.open(disk, "t-0", TOPIC, TINY, new LogCheckpoint(0, recoveryPoint, false));
        log.recoverByScan();
        var where = "seed " + seed + " step " + step;
        assertThat(log.logEndOffset()).as(where).isEqualTo(end);
        var found = new ArrayList<>(content().entrySet());
        assertThat(found).as(where).containsAll(kept.entrySet());
        assertThat(appended.entrySet()).as(where).containsAll(found);
        checkpoint = 0;
        settle();
        clean(NOW_MS);
        assertThat(content()).as(where).isEqualTo(kept);
        return true;
    }

    @Test
    void whatIsAppendedToAFinishedSwapSurvivesTheNextCrashOrNot() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            boolean crashed = true;
            for (int step = 0; crashed; step++) {
                crashed = crashTwiceAt(seed, step);
            }
        }
    }

    private boolean crashTwiceAt(long seed, int step) throws IOException {
        var prng = new Prng(seed);
        open(seed * 1_000 + step);
        append(prng, 4);
        settle();
        long end = log.logEndOffset();
        var kept = latest(true);
        disk.faults().losePowerAfter(step);
        try {
            clean(NOW_MS);
            disk.faults().clear();
            return false;
        } catch (PowerLost lost) {
            disk.faults().clear();
        }
        disk.restart();
        // As if the next segment's name had not been synced.
        disk.delete(SegmentNames.path("t-0", end, SegmentNames.LOG));
        disk.syncDirectory("t-0");
        var known = new LogCheckpoint(0, end, false);
        log = Log.open(disk, "t-0", TOPIC, TINY, known);
        log.recoverByScan();
        append(prng, 1);
        disk.crash(prng);
        disk.restart();
        log = Log.open(disk, "t-0", TOPIC, TINY, known);
        log.recoverByScan();
        assertThat(content().entrySet()).as("seed " + seed + " step " + step)
                .containsAll(kept.entrySet());
        return true;
    }
}
