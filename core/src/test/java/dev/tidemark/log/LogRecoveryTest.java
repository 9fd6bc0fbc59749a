package dev.tidemark.log;

import static dev.tidemark.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class LogRecoveryTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final LogConfig SMALL = LogConfig.DEFAULTS.with(
            new LogConfig.Rolling(800, 10_000, 0, 100, 1 << 20));
    private static final String FIRST = "t-0/00000000000000000000";

    private final SimDisk disk = new SimDisk(new Prng(1));
    private Log log;

    LogRecoveryTest() throws IOException {
        log = open(0, 0, true);
    }

    private Log open(long logStart, long recoveryPoint, boolean clean) throws IOException {
        return Log.open(disk, "t-0", TOPIC, SMALL,
                new LogCheckpoint(logStart, recoveryPoint, clean));
    }

    private void append(int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            long offset = log.logEndOffset();
            log.append(batch(offset, 1_000 + offset), 1_000);
        }
    }

    private void flush() throws IOException {
        Flush flush = log.prepareFlush();
        flush.run();
        log.flushed(flush);
    }

    private void reopenAfterKill(long recoveryPoint) throws IOException {
        disk.kill();
        disk.restart();
        log = open(0, recoveryPoint, false);
    }

    private long firstOffsetOfRead(long from) throws IOException {
        long end = log.logEndOffset();
        Slice slice = log.view(end, end).read(from, 1 << 20, end, true);
        ByteBuffer bytes = ByteBuffer.allocate(8);
        slice.file().read(bytes, slice.position());
        return bytes.getLong(0);
    }

    private void overwrite(String path, long position, ByteBuffer bytes) throws IOException {
        DiskFile file = disk.open(path);
        file.write(new ByteBuffer[] {bytes}, 0, 1, position);
    }

    @Test
    void whatIsAboveTheRecoveryPointIsCutAndReplayedOnce() throws IOException {
        append(7);
        flush();
        append(3);
        reopenAfterKill(7);
        log.recoverFrom(7);
        assertThat(log.logEndOffset()).isEqualTo(7);
        assertThat(log.replay(batch(6, 1_006))).isEqualTo(Replayed.KNOWN);
        assertThat(log.replay(batch(7, 1_007))).isEqualTo(Replayed.APPENDED);
        assertThat(log.replay(batch(7, 1_007))).isEqualTo(Replayed.KNOWN);
        assertThat(log.replay(batch(0, 1_000))).isEqualTo(Replayed.KNOWN);
        assertThat(log.logEndOffset()).isEqualTo(8);
        assertThat(firstOffsetOfRead(7)).isEqualTo(7);
    }

    @Test
    void aLaterLeaderEpochTakesThePlaceOfWhatItOverruled() throws IOException {
        append(7);
        reopenAfterKill(0);
        log.recoverFrom(0);
        for (int i = 0; i < 7; i++) {
            assertThat(log.replay(batch(i, 1_000))).isEqualTo(Replayed.APPENDED);
        }
        assertThat(log.replay(batch(4, 1, 10, 2_000, 3))).isEqualTo(Replayed.APPENDED);
        assertThat(log.logEndOffset()).isEqualTo(5);
        assertThat(log.leaderEpochs().epochOf(4)).isEqualTo(3);
        assertThat(log.replay(batch(5, 1, 10, 2_000, 3))).isEqualTo(Replayed.APPENDED);
    }

    @Test
    void batchesOfAnOverruledLeaderStayOut() throws IOException {
        log.append(batch(0, 1, 10, 1_000, 4), 1_000);
        long before = Marks.count("journalled batches of an overruled leader left out");
        assertThat(log.replay(batch(1, 1, 10, 1_000, 3))).isEqualTo(Replayed.OVERRULED);
        assertThat(log.logEndOffset()).isEqualTo(1);
        assertThat(Marks.count("journalled batches of an overruled leader left out"))
                .isEqualTo(before + 1);
    }

    @Test
    void aGapThatTheJournalNeverSawIsSkippedAndTold() throws IOException {
        append(3);
        reopenAfterKill(0);
        log.recoverByScan();
        assertThat(log.replay(batch(5, 1_005))).isEqualTo(Replayed.APPENDED_BEHIND_A_GAP);
        assertThat(log.logEndOffset()).isEqualTo(6);
        assertThat(firstOffsetOfRead(3)).isEqualTo(5);
        assertThat(firstOffsetOfRead(2)).isEqualTo(2);
        log.close();
        log = open(0, 6, true);
        assertThat(log.logEndOffset()).isEqualTo(6);
    }

    @Test
    void aHoleBelowTheLogStartIsGoneAfterTheOpening() throws IOException {
        append(17);
        flush();
        log.close();
        disk.delete("t-0/00000000000000000005.log");
        log = open(12, 17, false);
        log.recoverByScan();
        assertThat(log.logStartOffset()).isEqualTo(12);
        assertThat(log.logEndOffset()).isEqualTo(17);
        assertThat(disk.list("t-0")).contains("00000000000000000010.log")
                .doesNotContain("00000000000000000000.log");
    }

    @Test
    void aLogThatLostAllSegmentsGoesOnBehindWhatItHad() throws IOException {
        log = open(4, 9, false);
        assertThat(log.recoverByScan()).isZero();
        assertThat(log.logStartOffset()).isEqualTo(9);
        assertThat(log.logEndOffset()).isEqualTo(9);
    }

    @Test
    void aGapOnAnEmptyLogBeginsItThere() throws IOException {
        assertThat(log.replay(batch(5, 1_005))).isEqualTo(Replayed.APPENDED_BEHIND_A_GAP);
        assertThat(disk.list("t-0")).contains("00000000000000000005.log");
    }

    @Test
    void aFirstSegmentWhoseNameACrashTookIsReplayed() throws IOException {
        append(14);
        assertThat(log.activeBaseOffset()).isEqualTo(10);
        disk.delete(FIRST + ".log");
        reopenAfterKill(0);
        long before = Marks.count("first segment of a log lost before it was synced");
        log.recoverFrom(0);
        assertThat(Marks.count("first segment of a log lost before it was synced"))
                .isEqualTo(before + 1);
        for (int i = 0; i < 14; i++) {
            assertThat(log.replay(batch(i, 1_000 + i))).isEqualTo(Replayed.APPENDED);
        }
        assertThat(log.logStartOffset()).isZero();
        assertThat(firstOffsetOfRead(0)).isZero();
    }

    @Test
    void aScanKeepsWhatIsWholeAndCutsTheRest() throws IOException {
        append(20);
        int size = batch(0, 0).limit();
        assertThat(log.activeBaseOffset()).isEqualTo(10);
        disk.flip("t-0/00000000000000000010.log", 8L * (2 * size + 70));
        reopenAfterKill(3);
        assertThat(log.recoverByScan()).isEqualTo(8L * size);
        assertThat(log.logEndOffset()).isEqualTo(12);
        append(8);
        log.close();
        log = open(0, 20, true);
        for (int i = 0; i < 20; i++) {
            assertThat(firstOffsetOfRead(i)).isEqualTo(i);
        }
    }

    @Test
    void aHoleWhereSyncedBatchesShouldBeIsReportedAndNothingIsCut() throws IOException {
        append(7);
        flush();
        long size = log.sizeInBytes();
        overwrite(FIRST + ".log", 4L * batch(0, 0).limit(), ByteBuffer.allocate(61));
        disk.delete(FIRST + ".index");
        reopenAfterKill(7);
        assertThatThrownBy(() -> log.recoverFrom(7)).isInstanceOf(IOException.class)
                .hasMessageContaining("offsets 4 to 6");
        assertThat(disk.open(FIRST + ".log").size()).isEqualTo(size);
    }

    @Test
    void indexEntriesThatDoNotHoldAreMadeAgain() throws IOException {
        append(7);
        flush();
        append(1);
        long before = Marks.count("index entry of a lost batch dropped");
        DiskFile offsets = disk.open(FIRST + ".index");
        long entries = offsets.size() / 8;
        ByteBuffer last = ByteBuffer.allocate(8);
        offsets.read(last, offsets.size() - 8);
        overwrite(FIRST + ".index", offsets.size() - 8,
                ByteBuffer.allocate(8).putInt(last.getInt(0)).putInt(last.getInt(4) + 5).flip());
        reopenAfterKill(7);
        log.recoverFrom(7);
        assertThat(Marks.count("index entry of a lost batch dropped")).isEqualTo(before + 1);
        append(2);
        flush();
        assertThat(disk.open(FIRST + ".index").size() / 8).isGreaterThanOrEqualTo(entries);
        for (int i = 0; i < 9; i++) {
            assertThat(firstOffsetOfRead(i)).isEqualTo(i);
        }
    }

    @Test
    void aLookUpThroughAWrongIndexEntryStartsAgainFromTheFirstBatch() throws IOException {
        append(20);
        log.close();
        overwrite(FIRST + ".index", 0, ByteBuffer.allocate(8).putInt(2).putInt(400).flip());
        log = open(0, 20, true);
        long before = Marks.count("index entry did not hold");
        assertThat(firstOffsetOfRead(2)).isEqualTo(2);
        assertThat(Marks.count("index entry did not hold")).isEqualTo(before + 1);
    }

    @Test
    void producersAreRememberedAcrossACrashThatTearsTheirSnapshot() throws IOException {
        for (int i = 0; i < 3; i++) {
            log.append(idempotent(i), 1_000);
            flush();
        }
        assertThat(disk.list("t-0")).contains("00000000000000000001.snapshot",
                "00000000000000000003.snapshot").doesNotContain("00000000000000000002.snapshot");
        disk.flip("t-0/00000000000000000003.snapshot", 8 * 20);
        long before = Marks.count("producer snapshot torn");
        reopenAfterKill(3);
        log.recoverFrom(3);
        assertThat(Marks.count("producer snapshot torn")).isEqualTo(before + 1);
        assertThat(log.producers().active()).singleElement()
                .satisfies(producer -> assertThat(producer.lastSequence()).isEqualTo(2));
        ByteBuffer again = idempotent(2);
        assertThat(log.producers().classify(again, 0)).isInstanceOf(SequenceCheck.Duplicate.class);
    }

    @Test
    void allThatAClientMayHaveInFlightIsKnownAfterARestartAtASnapshot() throws IOException {
        for (int i = 0; i < 14; i++) {
            log.append(idempotent(i), 1_000);
        }
        assertThat(log.activeBaseOffset()).as("the five lie in two segments").isBetween(10L, 13L);
        flush();
        reopenAfterKill(14);
        log.recoverFrom(14);
        for (int i = 9; i < 14; i++) {
            assertThat(log.producers().classify(idempotent(i), 0)).as("sequence %d", i)
                    .isInstanceOfSatisfying(SequenceCheck.Duplicate.class, duplicate ->
                            assertThat(duplicate.baseOffset()).isBetween(9L, 13L));
        }
        assertThat(log.producers().classify(idempotent(8), 0))
                .isInstanceOf(SequenceCheck.Refused.class);
    }

    @Test
    void aSnapshotTellsOfProducersWhereOnlySegmentsBelowItHaveComeBack() throws IOException {
        for (int i = 0; i < 14; i++) {
            log.append(idempotent(i), 1_000);
        }
        flush();
        // A crash has undone a part of a retention: the first segment alone is there again.
        for (String name : disk.list("t-0")) {
            if (name.endsWith(".log") && !FIRST.endsWith(name.replace(".log", ""))) {
                disk.delete("t-0/" + name);
            }
        }
        disk.kill();
        disk.restart();
        log = open(14, 14, false);
        log.recoverByScan();
        log.reachStart();
        assertThat(log.logEndOffset()).isEqualTo(14);
        assertThat(log.producers().classify(idempotent(13), 0))
                .isInstanceOf(SequenceCheck.Duplicate.class);
        assertThat(log.producers().classify(idempotent(14), 0)).isEqualTo(SequenceCheck.NEXT);
    }

    @Test
    void framesTellOfProducersWhoseSegmentsAreGone() throws IOException {
        for (int i = 0; i < 14; i++) {
            log.append(idempotent(i), 1_000);
            if (i == 5) {
                flush();
            }
        }
        long start = log.activeBaseOffset();
        assertThat(start).isBetween(10L, 13L);
        disk.kill();
        disk.restart();
        long before = Marks.count("producers known whose segments are gone");
        log = open(start, 6, false);
        log.recoverByScan();
        for (int i = 4; i < 14; i++) {
            assertThat(log.replay(idempotent(i))).isEqualTo(Replayed.KNOWN);
        }
        log.reachStart();
        assertThat(Marks.count("producers known whose segments are gone")).isEqualTo(before + 1);
        assertThat(log.producers().classify(idempotent(9), 0))
                .isInstanceOfSatisfying(SequenceCheck.Duplicate.class, duplicate ->
                        assertThat(duplicate.baseOffset()).isEqualTo(9));
        assertThat(log.producers().classify(idempotent(14), 0)).isEqualTo(SequenceCheck.NEXT);
    }

    @Test
    void producersAreForgottenBelowOffsetsOfWhichNobodyTells() throws IOException {
        log.append(idempotent(0), 1_000);
        flush();
        for (int i = 1; i < 14; i++) {
            log.append(plain(i), 1_000);
        }
        long start = log.activeBaseOffset();
        disk.kill();
        disk.restart();
        log = open(start, 1, false);
        log.recoverByScan();
        for (int i = 3; i < 14; i++) {
            assertThat(log.replay(plain(i))).isEqualTo(Replayed.KNOWN);
        }
        log.reachStart();
        assertThat(log.producers().classify(idempotent(7), 0))
                .as("it may have sent what lay between").isEqualTo(SequenceCheck.NEXT);
    }

    private static ByteBuffer plain(long offset) {
        return batch(offset, 1_000 + offset);
    }

    private static ByteBuffer idempotent(int sequence) {
        return TestBatches.of(MemoryRecords.withIdempotentRecords(sequence, Compression.NONE, 9,
                (short) 0, sequence, 0, new SimpleRecord(1_000, new byte[1], new byte[1])));
    }

    @Test
    void anUnsyncedLogThatIsLostBelowItsStartGoesOnAtItsStart() throws IOException {
        append(7);
        reopenAfterKill(0);
        overwrite(FIRST + ".log", 0, ByteBuffer.allocate(61));
        log = open(5, 0, false);
        long before = Marks.count("log lost up to its start");
        log.recoverByScan();
        log.reachStart();
        assertThat(Marks.count("log lost up to its start")).isEqualTo(before + 1);
        assertThat(log.logEndOffset()).isEqualTo(5);
        append(1);
        assertThat(firstOffsetOfRead(5)).isEqualTo(5);
    }

    @Test
    void aLostLogMayStartInsideOfAJournalledBatch() throws IOException {
        log = open(2, 0, false);
        long before = Marks.count("log ends inside of a journalled batch");
        assertThat(log.replay(batch(1, 3, 10, 1_000, 0))).isEqualTo(Replayed.APPENDED);
        assertThat(Marks.count("log ends inside of a journalled batch")).isEqualTo(before + 1);
        assertThat(log.logStartOffset()).isEqualTo(2);
        assertThat(log.logEndOffset()).isEqualTo(4);
        assertThat(firstOffsetOfRead(2)).isEqualTo(1);
    }

    @Test
    void epochsBelowAStartThatWasLostAreFoundInTheBatches() throws IOException {
        append(3);
        flush();
        append(4);
        log.raiseLogStart(5);
        Flush later = log.prepareFlush();
        later.run();
        disk.kill();
        disk.restart();
        long before = Marks.count("leader epochs looked for in the batches");
        log = open(0, 3, false);
        log.recoverFrom(3);
        assertThat(Marks.count("leader epochs looked for in the batches")).isEqualTo(before + 1);
        assertThat(log.leaderEpochs()).hasToString("epochs=(0@0)");
    }

    @Test
    void epochsThatNoCheckpointHoldsAreFoundInTheBatches() throws IOException {
        log.append(batch(0, 1, 10, 1_000, 1), 1_000);
        log.append(batch(1, 1, 10, 1_000, 6), 1_000);
        reopenAfterKill(0);
        log.recoverByScan();
        assertThat(log.leaderEpochs()).hasToString("epochs=(1@0,6@1)");
    }
}
