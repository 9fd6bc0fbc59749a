package dev.tidemark.log;

import static dev.tidemark.log.CleanedLog.HORIZON_MS;
import static dev.tidemark.log.CleanedLog.KEY_BYTES;
import static dev.tidemark.log.CleanedLog.MAP_BYTES;
import static dev.tidemark.log.CleanedLog.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.Slice;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.Compaction;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// Cleans logs of random keys, values, tombstones and producers, against a plain model.
class CompactionTest {
    private final CleanedLog world = new CleanedLog();

    @Test
    void onlyTheLatestRecordOfEachKeyIsLeftAtItsOldOffset() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            var prng = new Prng(seed);
            world.open(seed);
            for (int round = 0; round < 3; round++) {
                world.append(prng, 20);
                world.settle();
                long end = world.log.logEndOffset();
                world.clean(NOW_MS);
                assertThat(world.content()).as("seed " + seed).isEqualTo(world.latest(true));
                assertThat(world.log.logEndOffset()).isEqualTo(end);
            }
            assertThat(world.disk.list("t-0")).filteredOn(name -> name.endsWith(".log"))
                    .as("small segments are merged").hasSizeLessThan(12);
        }
    }

    @Test
    void aTombstoneGoesWhenItsHorizonHasPassed() throws IOException {
        var prng = new Prng(3);
        world.open(3);
        world.append(prng, 40);
        world.settle();
        world.clean(NOW_MS);
        world.checkpoint = 0;
        long before = Marks.count("cleaning left a segment as it was");
        long gone = Marks.count("tombstone cleaned away");
        world.clean(NOW_MS + HORIZON_MS - 1);
        assertThat(Marks.count("tombstone cleaned away")).isEqualTo(gone);
        world.checkpoint = 0;
        world.clean(NOW_MS + HORIZON_MS - 1);
        assertThat(Marks.count("cleaning left a segment as it was")).isGreaterThan(before);
        assertThat(world.content()).isEqualTo(world.latest(true)).isNotEqualTo(world.latest(false));
        world.checkpoint = 0;
        world.clean(NOW_MS + HORIZON_MS);
        assertThat(Marks.count("tombstone cleaned away")).isGreaterThan(gone);
        assertThat(world.content()).isEqualTo(world.latest(false));
    }

    @Test
    void aCleanedLogIsReopenedAndKnowsItsProducers() throws IOException {
        var prng = new Prng(4);
        world.open(4);
        world.append(prng, 40);
        world.settle();
        world.clean(NOW_MS);
        List<ActiveProducer> producers = sorted(world.log.producers().active());
        world.log.close();
        for (String name : world.disk.list("t-0")) {
            if (name.endsWith(SegmentNames.PRODUCERS)) {
                world.disk.delete("t-0/" + name);
            }
        }
        world.reopen(new LogCheckpoint(0, world.log.logEndOffset(), true));
        assertThat(world.content()).isEqualTo(world.latest(true));
        List<ActiveProducer> after = sorted(world.log.producers().active());
        assertThat(after).extracting(ActiveProducer::lastSequence)
                .isEqualTo(producers.stream().map(ActiveProducer::lastSequence).toList());
        assertThat(after).hasSize(world.sequences.length);
    }

    private static List<ActiveProducer> sorted(List<ActiveProducer> producers) {
        return producers.stream()
                .sorted(Comparator.comparingLong(ActiveProducer::producerId)).toList();
    }

    @Test
    void aSmallMapCleansThePartThatItReaches() throws IOException {
        var prng = new Prng(5);
        world.open(5);
        world.append(prng, 60);
        world.settle();
        long small = 8 * KEY_BYTES;
        long before = Marks.count("cleaning ends before the dirty part does");
        int cleanings = 0;
        while (world.checkpoint < world.log.activeBaseOffset()) {
            long last = world.checkpoint;
            world.clean(NOW_MS, small);
            assertThat(world.checkpoint).isGreaterThan(last);
            cleanings++;
        }
        assertThat(cleanings).isGreaterThan(1);
        assertThat(Marks.count("cleaning ends before the dirty part does"))
                .isGreaterThan(before);
        assertThat(world.content()).isEqualTo(world.latest(true));
    }

    @Test
    void recordsOfAbortedTransactionsGoAndUndecidedOnesEndTheCleaning() throws IOException {
        world.open(8);
        written(7, 0, "a", "committed");
        ended(7, ControlRecordType.COMMIT);
        written(8, 0, "a", "aborted");
        written(7, 1, "b", "aborted too");
        ended(8, ControlRecordType.ABORT);
        ended(7, ControlRecordType.ABORT);
        long undecided = world.log.logEndOffset();
        written(7, 2, "a", "undecided");
        world.settle();
        world.clean(NOW_MS);
        assertThat(world.checkpoint).isEqualTo(undecided);
        assertThat(values()).containsExactly("committed", "undecided");
        ended(7, ControlRecordType.COMMIT);
        world.settle();
        world.clean(NOW_MS);
        assertThat(world.checkpoint).isGreaterThan(undecided + 1);
        assertThat(values()).containsExactly("undecided");
        assertThat(world.log.producers().firstOpenTransactionOffset()).isEqualTo(-1);
    }

    private List<String> values() throws IOException {
        return world.content().values().stream().filter(entry -> entry.key().length() == 1)
                .map(CleanedLog.Entry::value).toList();
    }

    private void written(long producerId, int sequence, String key, String value)
            throws IOException {
        world.log.append(TestBatches.of(MemoryRecords.withTransactionalRecords(
                world.log.logEndOffset(), Compression.NONE, producerId, (short) 0, sequence, 0,
                new SimpleRecord(NOW_MS, CleanedLog.bytes(key), CleanedLog.bytes(value)))), NOW_MS);
    }

    private void ended(long producerId, ControlRecordType how) throws IOException {
        world.log.append(TestBatches.of(MemoryRecords.withEndTransactionMarker(
                world.log.logEndOffset(), NOW_MS, 0, producerId, (short) 0,
                new EndTransactionMarker(how, 0))), NOW_MS);
    }

    @Test
    void viewsOfBeforeReadWhatTheySaw() throws IOException {
        var prng = new Prng(6);
        world.open(6);
        world.append(prng, 40);
        world.settle();
        var before = world.content();
        long end = world.log.logEndOffset();
        ReadView view = world.log.view(end, end);
        Compaction compaction = world.log.compaction(
                world.log.cleanable(0, end, NOW_MS), MAP_BYTES, NOW_MS);
        assertThat(compaction.map()).isTrue();
        while (compaction.hasNext()) {
            world.log.swap(compaction.copyNext());
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
        world.open(7);
        world.append(prng, 40);
        world.settle();
        Cleanable range = world.log.cleanable(0, world.log.logEndOffset(), NOW_MS);
        Compaction compaction = world.log.compaction(range, MAP_BYTES, NOW_MS);
        assertThat(compaction.map()).isTrue();
        CleanedSegment cleaned = compaction.copyNext();
        world.log.raiseLogStart(range.end());
        world.log.raiseByRetention(NOW_MS, world.log.logEndOffset());
        world.log.retire(world.log.logStartOffset()).delete();
        long before = Marks.count("log changed during a cleaning");
        assertThat(world.log.swap(cleaned)).isNull();
        assertThat(Marks.count("log changed during a cleaning")).isEqualTo(before + 1);
        assertThat(world.disk.list("t-0")).noneMatch(name -> name.endsWith(SegmentNames.CLEANED));
    }
}
