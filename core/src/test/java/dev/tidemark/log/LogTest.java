package dev.tidemark.log;

import static dev.tidemark.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final LogConfig SMALL = LogConfig.DEFAULTS.with(
            new LogConfig.Rolling(400, 10_000, 0, 100, 1 << 20));

    private final SimDisk disk = new SimDisk(new Prng(1));
    private Log log = open(LogCheckpoint.NEW);

    private Log open(LogCheckpoint start) {
        try {
            return Log.open(disk, "t-0", TOPIC, SMALL, start);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private void append(int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            long offset = log.logEndOffset();
            log.append(batch(offset, 1_000 + offset), 1_000 + offset);
        }
    }

    private static ByteBuffer bytes(Slice slice) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.file().read(bytes, slice.position());
        return bytes.flip();
    }

    private Slice read(long from) throws IOException {
        long end = log.logEndOffset();
        return log.view(end, end).read(from, 1 << 20, end, true);
    }

    @Test
    void anEmptyLogIsNotOnDisk() throws IOException {
        assertThat(disk.list("")).isEmpty();
        assertThat(log.logEndOffset()).isZero();
        assertThat(log.view(0, 0).read(0, 100, 0, true)).isNull();
        log.close();
        assertThat(disk.operations()).isZero();
    }

    @Test
    void theFirstAppendMakesTheDirectoryAndSaysWhoseItIs() throws IOException {
        append(1);
        assertThat(disk.list("t-0"))
                .containsExactly("00000000000000000000.log", "partition.metadata");
        assertThat(LogFiles.readTopicId(disk, "t-0")).isEqualTo(TOPIC);
    }

    @Test
    void aDirectoryOfAnotherTopicIsRefused() throws IOException {
        append(1);
        log.close();
        assertThatThrownBy(() -> Log.open(disk, "t-0", new Uuid(3, 4), SMALL, LogCheckpoint.NEW))
                .isInstanceOf(IOException.class).hasMessageContaining("topic id");
    }

    @Test
    void anAppendLeavesTheBufferAsItWas() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(200).position(20);
        buffer.put(batch(0, 5)).limit(buffer.position()).position(20);
        int limit = buffer.limit();
        assertThat(log.append(buffer, 5)).isEqualTo(1);
        assertThat(buffer.position()).isEqualTo(20);
        assertThat(buffer.limit()).isEqualTo(limit);
    }

    @Test
    void severalBuffersAreAppendedByOneWrite() throws IOException {
        ByteBuffer[] buffers = {batch(0, 5), batch(1, 6), batch(2, 7)};
        long before = disk.operations();
        assertThat(log.append(buffers, 0, 3, 7)).isEqualTo(3);
        assertThat(buffers[1].position()).isZero();
        assertThat(bytes(read(1))).isEqualTo(TestBatches.joined(List.of(buffers[1], buffers[2])));
        assertThat(disk.operations()).isGreaterThan(before);
    }

    @Test
    void aBatchThatDoesNotFollowTheLastIsOurBug() throws IOException {
        append(1);
        assertThatThrownBy(() -> log.append(batch(3, 5), 5))
                .isInstanceOf(InvariantViolation.class);
    }

    @Test
    void aReadAtTheEndOfTheLogReadsNoFile() throws IOException {
        append(3);
        ReadView view = log.view(3, 3);
        disk.kill();
        Slice slice = view.read(2, 1 << 20, 3, true);
        assertThat(slice.position()).isPositive();
        assertThat(view.read(3, 1 << 20, 3, true)).isNull();
    }

    @Test
    void aReadNeverPassesTheEndThatItWasGiven() throws IOException {
        append(4);
        ReadView view = log.view(3, 2);
        assertThat(Batch.lastOffset(bytes(view.read(0, 1 << 20, 1, true)), 0)).isZero();
        assertThat(view.read(0, 1 << 20, 2, true).length()).isEqualTo(2 * batch(0, 0).limit());
        assertThat(view.read(0, 1 << 20, 3, true).length()).isEqualTo(3 * batch(0, 0).limit());
        assertThat(view.read(0, 1 << 20, 4, true).length()).isEqualTo(4 * batch(0, 0).limit());
        assertThat(view.read(2, 1 << 20, 2, true)).isNull();
    }

    @Test
    void aFirstBatchTooLargeIsReturnedWholeOrNotAtAll() throws IOException {
        log.append(batch(0, 1, 200, 5, 0), 5);
        log.append(batch(1, 5), 5);
        ReadView view = log.view(2, 2);
        int size = batch(0, 1, 200, 5, 0).limit();
        assertThat(view.read(0, 100, 2, true).length()).isEqualTo(size);
        assertThat(view.read(0, 100, 2, false)).isNull();
        assertThat(view.read(0, size + 1, 2, false).length()).isEqualTo(size + 1);
    }

    @Test
    void aViewKeepsWhatItSawWhileTheLogRollsOn() throws IOException {
        append(2);
        ReadView view = log.view(2, 2);
        append(20);
        assertThat(view.read(0, 1 << 20, 2, true).length()).isEqualTo(2 * batch(0, 0).limit());
        assertThat(view.logEndOffset()).isEqualTo(2);
    }

    @Test
    void aSegmentRollsBySizeAndByTheAgeOfItsRecords() throws IOException {
        append(5);
        assertThat(log.activeBaseOffset()).isZero();
        append(1);
        assertThat(log.activeBaseOffset()).isEqualTo(5);
        log.append(batch(6, 1_005 + 10_001), 1_006);
        assertThat(log.activeBaseOffset()).isEqualTo(6);
        assertThat(log.roll()).isTrue();
        assertThat(log.activeBaseOffset()).isEqualTo(7);
        assertThat(log.roll()).isFalse();
    }

    @Test
    void aSegmentThatCannotBeBegunLeavesTheLastOneAsItWas() throws IOException {
        append(2);
        disk.faults().failNameAfter(0);
        assertThatThrownBy(() -> log.roll()).isInstanceOf(IOException.class);
        append(1);

        assertThat(log.activeBaseOffset()).isZero();
        assertThat(log.roll()).isTrue();
        assertThat(log.activeBaseOffset()).isEqualTo(3);
    }

    @Test
    void segmentsThatCannotBeRenamedAreGivenUpLater() throws IOException {
        append(20);
        Flush flush = log.prepareFlush();
        flush.run();
        log.flushed(flush);
        log.raiseLogStart(15);
        for (long passing = 2; passing >= 0; passing--) {
            disk.faults().failNameAfter(passing);
            assertThatThrownBy(() -> log.retire(15)).isInstanceOf(IOException.class);
            assertThat(bytes(read(15)).remaining()).isPositive();
        }
        List<String> gone = log.retire(15).paths();

        assertThat(gone).doesNotHaveDuplicates()
                .allMatch(path -> path.endsWith(".deleted"))
                .filteredOn(path -> path.contains(".log.")).hasSize(3);
        assertThat(disk.list("t-0")).filteredOn(name -> name.endsWith(".log")).hasSize(1);
    }

    @Test
    void aSegmentRollsWhenItsIndexIsFull() throws IOException {
        log.configure(LogConfig.DEFAULTS.with(
                new LogConfig.Rolling(1 << 20, 10_000, 0, 0, 48)));
        append(12);
        assertThat(log.activeBaseOffset()).isPositive();
    }

    @Test
    void anOldSegmentRollsAlthoughNothingIsAppended() throws IOException {
        append(1);
        assertThat(log.rollIfOld(2_000, 5_000)).isFalse();
        assertThat(log.rollIfOld(6_001, 5_000)).isTrue();
        assertThat(log.rollIfOld(99_000, 5_000)).isFalse();
    }

    @Test
    void truncationCutsWholeBatchesAndForgetsLaterEpochs() throws IOException {
        append(7);
        log.append(batch(7, 3, 10, 2_000, 4), 2_000);
        assertThat(log.leaderEpochs().latest()).isEqualTo(4);
        log.truncateTo(8);
        assertThat(log.logEndOffset()).isEqualTo(7);
        assertThat(log.leaderEpochs().latest()).isZero();
        log.truncateTo(3);
        assertThat(log.logEndOffset()).isEqualTo(3);
        assertThat(log.activeBaseOffset()).isZero();
        append(4);
        assertThat(bytes(read(3)).getLong(0)).isEqualTo(3);
        assertThat(disk.list("t-0")).noneMatch(name -> name.endsWith(".deleted"));
    }

    @Test
    void aFullTruncationStartsAnewAndIsRememberedOnDisk() throws IOException {
        append(7);
        log.truncateFullyAndStartAt(100).delete();
        assertThat(log.logEndOffset()).isEqualTo(100);
        assertThat(log.view(100, 100).logStartOffset()).isEqualTo(100);
        log.close();
        log = open(new LogCheckpoint(0, 100, true));
        assertThat(log.logEndOffset()).isEqualTo(100);
        append(1);
        assertThat(log.logEndOffset()).isEqualTo(101);
    }

    @Test
    void retentionByTimeForgetsWholeSegmentsBelowTheHighWatermark() throws IOException {
        append(15);
        log.configure(SMALL.with(new LogConfig.Retention(true, 100, -1, 0)));
        assertThat(log.raiseByRetention(1_104, 15)).isFalse();
        assertThat(log.raiseByRetention(1_105, 4)).isFalse();
        assertThat(log.raiseByRetention(1_105, 15)).isTrue();
        RemovedFiles gone = log.retire(5);
        assertThat(gone.paths()).containsExactly("t-0/00000000000000000000.log.deleted");
        assertThat(log.logStartOffset()).isEqualTo(5);
        gone.delete();
        assertThat(disk.list("t-0")).noneMatch(name -> name.endsWith(".deleted"));
        assertThat(log.raiseByRetention(99_999, 15)).isTrue();
        log.retire(15).delete();
        assertThat(log.logStartOffset()).isEqualTo(15);
        assertThat(log.logEndOffset()).isEqualTo(15);
        assertThat(log.sizeInBytes()).isZero();
    }

    @Test
    void retentionBySizeKeepsAtLeastThatMuch() throws IOException {
        append(15);
        int size = batch(0, 0).limit();
        log.configure(SMALL.with(new LogConfig.Retention(true, -1, 7 * size, 0)));
        assertThat(log.raiseByRetention(0, 15)).isTrue();
        assertThat(log.sizeInBytes()).isEqualTo(15L * size);
        assertThat(log.retire(log.logStartOffset()).paths()).hasSize(1);
        assertThat(log.sizeInBytes()).isEqualTo(10L * size);
        log.configure(SMALL.with(new LogConfig.Retention(false, -1, 0, 0)));
        assertThat(log.raiseByRetention(0, 15)).isFalse();
    }

    @Test
    void readersInFlightFinishWhileTheirSegmentIsForgotten() throws IOException {
        append(15);
        Slice slice = read(0);
        assertThat(log.raiseLogStart(12)).isTrue();
        assertThat(log.raiseLogStart(11)).isFalse();
        assertThat(log.retire(9).paths()).hasSize(1);
        RemovedFiles gone = log.retire(12);
        assertThat(gone.paths()).hasSize(1);
        assertThat(bytes(slice).getLong(0)).isZero();
        assertThat(log.logStartOffset()).isEqualTo(12);
    }

    @Test
    void aCleanCloseIsReopenedWithoutLoss() throws IOException {
        append(13);
        log.close();
        log = open(new LogCheckpoint(2, 13, true));
        assertThat(log.logEndOffset()).isEqualTo(13);
        assertThat(log.logStartOffset()).isEqualTo(2);
        assertThat(log.recoveryPoint()).isEqualTo(13);
        for (int i = 0; i < 13; i++) {
            assertThat(bytes(read(i)).getLong(0)).isEqualTo(i);
        }
        append(9);
        assertThat(log.view(22, 22).maxTimestamp())
                .isEqualTo(new TimestampOffset(1_021, 21, 0));
    }

    @Test
    void aFlushRaisesTheRecoveryPointUnlessTheLogWasCutMeanwhile() throws IOException {
        append(7);
        Flush flush = log.prepareFlush();
        append(1);
        flush.run();
        log.flushed(flush);
        assertThat(log.recoveryPoint()).isEqualTo(7);
        Flush late = log.prepareFlush();
        log.truncateTo(5);
        late.run();
        long before = Marks.count("log truncated during a flush");
        log.flushed(late);
        assertThat(Marks.count("log truncated during a flush")).isEqualTo(before + 1);
        assertThat(log.recoveryPoint()).isEqualTo(5);
    }

    @Test
    void aFlushUnderWayMeetsDeletedFilesWithoutHarm() throws IOException {
        append(17);
        Flush flush = log.prepareFlush();
        log.truncateTo(2);
        long before = Marks.count("flush met a segment that was deleted");
        flush.run();
        assertThat(Marks.count("flush met a segment that was deleted")).isGreaterThan(before);
        log.flushed(flush);
        Flush late = log.prepareFlush();
        log.delete().delete();
        before = Marks.count("flush met a log that was deleted");
        late.run();
        assertThat(Marks.count("flush met a log that was deleted")).isEqualTo(before + 1);
    }

    @Test
    void aDeletedLogLeavesItsNameFree() throws IOException {
        append(7);
        RemovedFiles gone = log.delete();
        assertThat(disk.exists("t-0")).isFalse();
        gone.delete();
        assertThat(disk.list("")).isEmpty();
    }

    @Test
    void recordsAreFoundByTime() throws IOException {
        append(22);
        ReadView view = log.view(22, 22);
        for (int i = 0; i < 22; i++) {
            assertThat(view.findByTimestamp(1_000 + i, 22))
                    .isEqualTo(new TimestampOffset(1_000 + i, i, 0));
        }
        assertThat(view.findByTimestamp(1_022, 22)).isNull();
        assertThat(view.findByTimestamp(1_021, 21)).isNull();
        assertThat(view.findByTimestamp(0, 22).offset()).isZero();
    }
}
