package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import dev.tidemark.journal.FakeBatch;
import dev.tidemark.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// A data directory through its life: opened, recovered, closed, filled up and broken.
final class LogDirTest {
    private final StoreWorld world = new StoreWorld(21, 2);
    private final StoredPartition first = world.partitions.get(0);
    private final StoredPartition second = world.partitions.get(1);

    private void append(StoredPartition partition, int batches) {
        for (int i = 0; i < batches; i++) {
            world.on(partition, () -> partition.append(world.dir, 500, world.prng));
        }
        world.settle();
    }

    private void kill() {
        world.disk.kill();
        world.disk.restart();
    }

    private void losePower() {
        world.disk.crash(world.prng);
        world.disk.restart();
    }

    private String text(String path) throws IOException {
        return AtomicFile.read(world.disk, path);
    }

    private void overwrite(String path, String text) throws IOException {
        AtomicFile.write(world.disk, path, text);
    }

    @Test
    void aCleanShutdownIsMarkedAndLeavesKafkasCheckpoints() throws IOException {
        world.start();
        assertThat(world.disk.exists(DirNames.CLEAN)).isFalse();
        append(first, 3);
        append(second, 2);
        world.stop();

        assertThat(text(DirNames.CLEAN)).contains("\"version\":0");
        assertThat(text(CheckpointFile.RECOVERY_POINTS)).isEqualTo("0\n2\nt 0 3\nt 1 2\n");
        assertThat(text(CheckpointFile.LOG_STARTS)).isEqualTo("0\n2\nt 0 0\nt 1 0\n");

        world.start();
        assertThat(world.disk.exists(DirNames.CLEAN)).isFalse();
        assertThat(world.traced).isEmpty();
        world.verify();
    }

    @Test
    void nothingIsWrittenForALogThatIsOnlyOpened() throws IOException {
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(world.disk.list("")).doesNotContain("t-0");
    }

    @Test
    void theDirectoryKnowsWhoseItIs() throws IOException {
        world.start();
        Uuid id = world.dir.directoryId();
        assertThat(world.dir.clusterId()).isEqualTo("c");
        world.stop();
        world.start();
        assertThat(world.dir.directoryId()).isEqualTo(id);
        kill();

        StoreConfig ours = world.config;
        world.config = new StoreConfig("other", 1, ours.journal(), 0, 100, 1);
        assertThatThrownBy(world::start).hasMessageContaining("cluster c");
        world.config = new StoreConfig("c", 2, ours.journal(), 0, 100, 1);
        assertThatThrownBy(world::start).hasMessageContaining("node 1");
        overwrite("meta.properties", "version=7\n");
        world.config = ours;
        assertThatThrownBy(world::start).hasMessageContaining("meta.properties");
        world.disk.delete("meta.properties");
        assertThatThrownBy(world::start).hasMessageContaining("restore that file");
    }

    @Test
    void aDamagedCheckpointCutsNothing() throws IOException {
        long damaged = Marks.count("checkpoint file is damaged");
        long scanned = Marks.count("logs are scanned because there is no checkpoint");
        world.start();
        append(first, 20);
        world.stop();
        overwrite(CheckpointFile.NAME, text(CheckpointFile.NAME).replace(" 20 ", " 10 "));

        world.start();
        world.verify();
        assertThat(first.log.logEndOffset()).isEqualTo(20);
        assertThat(Marks.count("checkpoint file is damaged")).isGreaterThan(damaged);
        assertThat(Marks.count("logs are scanned because there is no checkpoint"))
                .isGreaterThan(scanned);
    }

    @Test
    void aNewerCheckpointIsRefused() throws IOException {
        world.start();
        world.stop();
        overwrite(CheckpointFile.NAME, "tidemark-checkpoint 2 12345678\n");

        assertThatThrownBy(world::start).hasMessageContaining("newer");
    }

    @Test
    void recoveringTwiceIsRecoveringOnce() throws IOException {
        world.start();
        append(first, 30);
        append(second, 5);
        losePower();
        world.start();
        losePower();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(30);
        assertThat(second.log.logEndOffset()).isEqualTo(5);
    }

    @Test
    void aDeletedTopicDoesNotComeBackAndItsNameIsFree() throws IOException {
        world.start();
        append(first, 10);
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();
        StoredPartition again = new StoredPartition("t-0", new Uuid(8, 8));
        again.moveTo(world.loops.get(1));
        append(again, 3);
        losePower();

        world.partitions.set(0, again);
        world.start();
        world.verify();
        assertThat(again.log.logEndOffset()).isEqualTo(3);
        assertThat(world.dir.storedLogs()).containsExactly(new StoredLog("t-0", again.topicId));
    }

    @Test
    void aLogThatWasNeverOpenedCanBeDeleted() throws IOException {
        world.start();
        append(first, 10);
        world.stop();
        world.start();
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();

        assertThat(world.disk.list("")).doesNotContain("t-0");
    }

    @Test
    void framesOfATopicThatIsGoneAreSkipped() throws IOException {
        long before = Marks.count("replayed frame belongs to a topic that is gone");
        world.start();
        append(first, 4);
        overwrite("metadata", "version: 0\ntopic_id: " + new Uuid(5, 5) + "\n");
        world.disk.rename("metadata", "t-0/partition.metadata");
        kill();
        world.start();

        assertThat(Marks.count("replayed frame belongs to a topic that is gone"))
                .isGreaterThan(before);
        long aside = Marks.count("log directory of another topic was put aside");
        world.on(first, () -> first.open(world.dir));
        world.settle();
        assertThat(first.log.logEndOffset()).isZero();
        assertThat(world.disk.list("")).contains("t-0." + new Uuid(5, 5) + "-stray");
        assertThat(Marks.count("log directory of another topic was put aside"))
                .isGreaterThan(aside);
    }

    @Test
    void epochsThatOutlivedTheirLogStartCutNothing() throws IOException {
        world.start();
        append(first, 30);
        world.on(first, () -> {
            first.log.raiseLogStart(20);
            world.dir.flush(first);
        });
        world.settle();
        kill();
        first.start = 20;
        world.start();
        world.verify();

        assertThat(world.traced).anyMatch(line -> line.contains("frames=30 appended=0"));
    }

    @Test
    void aTruncationBelowTheRecoveryPointIsReplayed() throws IOException {
        long before = Marks.count("recovery point was lowered for a replayed truncation");
        world.start();
        append(first, 10);
        world.stop();
        world.start();
        world.on(first, () -> first.whenOpen(world.dir, () -> {
            try {
                first.log.truncateTo(5);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
            world.dir.lane(first.loop()).truncated(first, 4, 5);
            first.history.subList(5, 10).clear();
            first.append(world.dir, 500, world.prng);
        }));
        world.settle();
        assertThat(first.durableEnd).isEqualTo(6);
        losePower();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(6);
        assertThat(Marks.count("recovery point was lowered for a replayed truncation"))
                .isGreaterThan(before);
    }

    @Test
    void aLogWhoseSegmentsWereGivenUpStartsWhereTheJournalSays() throws IOException {
        long before = Marks.count("log starts inside of a replayed batch");
        world.start();
        append(first, 30);
        world.on(first, () -> first.raiseStart(world.dir, 30));
        world.settle();
        kill();
        // As retention does it, with a crash that takes the name of the segment that is left.
        world.disk.delete("t-0/00000000000000000000.log");
        first.history.clear();
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(world.dir.damages()).isEmpty();
        assertThat(first.log.logStartOffset()).isEqualTo(30);
        assertThat(first.log.logEndOffset()).isEqualTo(30);
        assertThat(Marks.count("log starts inside of a replayed batch")).isEqualTo(before);
    }

    @Test
    void aLogThatStartsInsideOfABatchIsReplayedFromThatBatchOn() throws IOException {
        long before = Marks.count("log starts inside of a replayed batch");
        world.start();
        world.on(first, () -> {
            first.open(world.dir);
            var batch = FakeBatch.of(3, 0, 4, 100, world.prng);
            try {
                first.log.append(batch, 1_000);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
            world.dir.lane(first.loop()).append(first, 3, 0, 4, batch, null);
            first.log.raiseLogStart(2);
            world.dir.lane(first.loop()).startRaised(first, 3, 2, 4);
        });
        world.settle();
        kill();
        world.disk.delete("t-0/00000000000000000000.log");
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(first.log.logStartOffset()).isEqualTo(2);
        assertThat(first.log.logEndOffset()).isEqualTo(4);
        assertThat(Marks.count("log starts inside of a replayed batch")).isGreaterThan(before);
    }

    @Test
    void aDirectoryThatDoesNotTellItsTopicIsPutAside() throws IOException {
        long before = Marks.count("log directory of another topic was put aside");
        world.start();
        first.journalled = false;
        append(first, 3);
        losePower();
        world.disk.createDirectories("t-0");
        try (DiskFile file = world.disk.open("t-0/00000000000000000000.log")) {
            file.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[100])}, 0, 1, 0);
        }
        world.disk.delete("t-0/partition.metadata");
        first.history.clear();
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(first.log.logEndOffset()).isZero();
        assertThat(world.disk.list("")).contains("t-0.unknown-stray");
        assertThat(Marks.count("log directory of another topic was put aside"))
                .isGreaterThan(before);
    }

    @Test
    void whatAFailedSyncHasLeftInThePageCacheIsWrittenAgain() throws IOException {
        long before = Marks.count("recovery writes again what a failed sync may have lost");
        world.start();
        append(first, 5);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        append(first, 60);
        world.disk.faults().failNextSyncs(1);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        assertThat(world.dir.failure()).hasMessageContaining(".log");
        kill();
        world.start();
        world.verify();
        assertThat(first.log.logEndOffset()).isEqualTo(65);
        losePower();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(65);
        assertThat(Marks.count("recovery writes again what a failed sync may have lost"))
                .isGreaterThan(before);
        world.stop();
        assertThat(world.disk.exists(FailureMark.NAME)).isFalse();
    }

    @Test
    void aSyncAfterOneThatFailedProvesNothingOfTheLog() throws IOException {
        world.start();
        append(first, 5);
        world.disk.faults().failNextSyncs(1);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        assertThat(world.dir.failure()).isNotNull();
        world.on(first, () -> world.dir.flush(first));
        world.settle();

        assertThat(first.log.recoveryPoint()).isZero();
    }

    @Test
    void recordsOfATopicThatIsGoneAreNotPutIntoAnothersDirectory() throws IOException {
        long before = Marks.count("directory of a topic that is gone has another in its place");
        world.start();
        append(first, 5);
        world.stop();
        world.start();
        append(first, 2);
        kill();
        world.disk.delete("t-0/partition.metadata");
        world.start();

        assertThat(Marks.count("directory of a topic that is gone has another in its place"))
                .isGreaterThan(before);
        assertThat(world.traced).anyMatch(line -> line.contains("offset=5")
                && line.startsWith("partition=t-0 directory has lost its topic id"));
    }

    @Test
    void recordsOfADeletedTopicAreNotPutIntoADirectoryThatDoesNotTellItsTopic()
            throws IOException {
        world.start();
        append(first, 5);
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();
        var newer = new StoredPartition(first.name, new Uuid(8, 8));
        newer.journalled = false;
        newer.moveTo(first.loop());
        append(newer, 2);
        kill();
        world.disk.delete("t-0/partition.metadata");
        world.start();

        assertThat(world.traced).anyMatch(line ->
                line.startsWith("journal replayed") && line.contains("appended=0 skipped=6"));
    }

    @Test
    void recordsStayOutOfADirectoryWhoseNameTheirOwnOneHasGivenUp() throws IOException {
        long before = Marks.count("directory was put aside before the journal said so");
        world.start();
        append(first, 5);
        kill();
        world.disk.delete("t-0/partition.metadata");
        world.disk.createDirectories(Log.deletedDirectory(first.name, first.topicId));
        world.start();

        assertThat(Marks.count("directory was put aside before the journal said so"))
                .isEqualTo(before + 5);
        assertThat(world.traced).anyMatch(line ->
                line.startsWith("journal replayed") && line.contains("appended=0 skipped=5"));
    }

    @Test
    void aLogThatIsDeletedWithoutBeingOpenedDoesNotComeBack() throws IOException {
        world.start();
        append(first, 5);
        world.stop();
        world.start();
        long rounds = world.dir.journalStats().rounds();
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();

        assertThat(world.dir.journalStats().rounds()).isEqualTo(rounds + 1);
        losePower();
        world.start();
        assertThat(world.dir.storedLogs()).noneMatch(log -> log.name().equals("t-0"));
    }

    @Test
    void aDamagedLogIsNamedAndHarmsNoOther() throws IOException {
        long before = Marks.count("damaged log is left alone by a replay");
        StoredPartition second = world.partitions.get(1);
        world.start();
        append(first, 5);
        append(second, 5);
        world.stop();
        world.start();
        append(first, 2);
        append(second, 2);
        kill();
        int at = first.history.subList(0, 3).stream().mapToInt(ByteBuffer::remaining).sum();
        world.disk.flip("t-0/00000000000000000000.log", (at + 16) * 8L);
        world.start();

        assertThat(world.dir.damages()).singleElement().asString()
                .contains("t-0/00000000000000000000.log", "offsets 3 to 4")
                .contains("kept in=t-0/00000000000000000005.rescued");
        assertThat(Marks.count("damaged log is left alone by a replay")).isGreaterThan(before);
        int kept = first.history.subList(5, 7).stream().mapToInt(ByteBuffer::remaining).sum();
        try (DiskFile file = world.disk.open("t-0/00000000000000000005.rescued")) {
            assertThat(file.size()).isEqualTo(kept);
        }
        world.on(second, () -> second.open(world.dir));
        world.on(first, () -> first.open(world.dir));
        world.settle();
        assertThat(first.damaged).isNotNull();
        assertThat(second.log.logEndOffset()).isEqualTo(7);
        assertThat(world.dir.failure()).isNull();
    }

    @Test
    void whatAnUnjournalledLogLostIsReportedAsAGap() throws IOException {
        long before = Marks.count("replayed frame lies behind a gap");
        world.start();
        first.journalled = false;
        append(first, 5);
        first.journalled = true;
        append(first, 5);
        kill();
        try (DiskFile file = world.disk.open("t-0/00000000000000000000.log")) {
            file.truncate(1_000);
        }
        world.start();

        assertThat(world.dir.damages()).containsExactly("partition=t-0 lost offsets=[1,5)");
        assertThat(Marks.count("replayed frame lies behind a gap")).isGreaterThan(before);
    }

    @Test
    void segmentsThatLostTheirBeginningAreWrittenAgain() throws IOException {
        long before = Marks.count("unsynced segments have lost their beginning");
        world.start();
        append(first, 200);
        kill();
        world.disk.delete("t-0/00000000000000000000.log");
        world.start();
        world.verify();

        assertThat(first.log.logStartOffset()).isZero();
        assertThat(Marks.count("unsynced segments have lost their beginning"))
                .isGreaterThan(before);
    }

    /// The crash comes before the journal's round, and takes the first of the log's segments.
    private void loseFirstSegment() throws IOException {
        first.journalled = false;
        append(first, 200);
        kill();
        world.disk.delete("t-0/00000000000000000000.log");
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();
    }

    @Test
    void whatFollowsAnUnsyncedBeginningThatIsLostWasNotPromisedEither() throws IOException {
        long before = Marks.count("log of which nothing was promised lost its beginning");
        world.start();
        loseFirstSegment();

        assertThat(first.log.logStartOffset()).isZero();
        assertThat(first.log.logEndOffset()).isZero();
        assertThat(Marks.count("log of which nothing was promised lost its beginning"))
                .isGreaterThan(before);
    }

    @Test
    void aLogThatAsksForNoSyncsKeepsWhatIsLeftBehindALostBeginning() throws IOException {
        world.start();
        first.synced = false;
        loseFirstSegment();

        assertThat(first.log.logStartOffset()).isPositive();
        assertThat(first.log.logEndOffset()).isEqualTo(200);
    }

    @Test
    void aLogThatWasEverFlushedKeepsWhatIsLeft() throws IOException {
        world.start();
        first.journalled = false;
        append(first, 10);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        loseFirstSegment();

        assertThat(first.log.logEndOffset()).isEqualTo(210);
    }

    @Test
    void whatWasWrittenWithoutTheJournalSurvivesAKill() throws IOException {
        world.start();
        first.journalled = false;
        append(first, 50);
        kill();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(50);
    }

    @Test
    void aFlushedLogSurvivesALossOfPower() throws IOException {
        world.start();
        first.journalled = false;
        append(first, 50);
        world.on(first, () -> world.dir.flush(first));
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        losePower();
        first.durableEnd = 50;
        world.start();
        world.verify();
    }

    @Test
    void aLogThatWasClosedIsOpenedAgainWhereItEnded() throws IOException {
        world.start();
        append(first, 5);
        world.on(first, () -> {
            try {
                world.dir.closeLog(first);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
            first.log = null;
        });
        append(first, 1);

        assertThat(first.durableEnd).isEqualTo(6);
    }

    @Test
    void appendsAreToBeRefusedBeforeTheDiskIsFull() throws IOException {
        long before = Marks.count("disk reserve was reached or left");
        world.config = new StoreConfig("c", 1, world.config.journal(), 100_000, 100, 1);
        world.start();
        assertThat(world.dir.isFull()).isFalse();
        world.disk.capacity(150_000);
        append(first, 150);
        world.scheduler.runForMs(300);
        assertThat(world.dir.isFull()).isTrue();

        world.disk.capacity(10_000_000);
        world.scheduler.runForMs(300);
        assertThat(world.dir.isFull()).isFalse();
        assertThat(Marks.count("disk reserve was reached or left")).isGreaterThan(before + 1);
    }

    @Test
    void aFailedSyncIsFinalAndEveryOwnerIsTold() throws IOException {
        world.start();
        world.on(second, () -> second.open(world.dir));
        append(first, 1);
        world.disk.faults().failNextSyncs(1);
        append(first, 1);

        assertThat(world.dir.failure()).hasMessageContaining("sync");
        assertThat(first.failure).isSameAs(world.dir.failure());
        assertThat(second.failure).isSameAs(world.dir.failure());
        assertThat(first.durableEnd).isEqualTo(1);
        world.stop();
        assertThat(world.disk.exists(DirNames.CLEAN)).isFalse();
    }

    @Test
    void damageInTheJournalsMiddleIsReportedAndHealedFromTheSegments() throws IOException {
        world.start();
        append(first, 1);
        append(first, 20);
        kill();
        String file = "journal/" + world.disk.list("journal").getFirst();
        world.disk.flip(file, (4096L + 400) * 8);
        world.start();
        world.verify();

        assertThat(world.dir.damages()).hasSize(1).first().asString()
                .contains("journal file=journal/");
        assertThat(first.log.logEndOffset()).isEqualTo(21);
    }

    @Test
    void sweepsRecycleTheJournalWhileLogsGrow() throws IOException {
        world.start();
        for (int i = 0; i < 40; i++) {
            append(first, 20);
            append(second, 20);
        }
        assertThat(first.durableEnd).isEqualTo(800);
        assertThat(world.dir.journalStats().bytes()).isGreaterThan(
                2 * world.config.journal().totalBytes());
        String checkpoint = text(CheckpointFile.RECOVERY_POINTS);
        assertThat(checkpoint).startsWith("0\n2\n").doesNotContain("t 0 0");
        losePower();
        world.start();
        world.verify();
    }

    @Test
    void namesOfLogsAreToldFromOthers() {
        assertThat(DirNames.isLog("orders-3")).isTrue();
        assertThat(DirNames.isLog("a-b-10")).isTrue();
        assertThat(DirNames.isLog("journal")).isFalse();
        assertThat(DirNames.isLog("orders-3.abc-delete")).isFalse();
        assertThat(DirNames.isLog("orders-")).isFalse();
        assertThat(DirNames.isLog("-3")).isFalse();
    }
}
