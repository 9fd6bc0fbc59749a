package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.record.Batch;
import dev.tidemark.record.BatchRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a partition acknowledges, and when.
class PartitionTest {
    private static final long SYNC_NS = 10_000_000;
    private static final long ROOM_BYTES = 4 << 20;

    private final SimDisk disk = new SimDisk(new Prng(1));
    private final List<String> told = new ArrayList<>();
    private DiskStage stage;
    private Partition partition;

    @BeforeEach
    void open() throws IOException {
        stage = new DiskStage(disk, 1);
        partition = stage.topic("orders", 1, LogConfig.DEFAULTS)[0];
        stage.append(partition, 100);
    }

    @Test
    void whatWaitsForItsSyncIsNotAcknowledgedByAChangeOfDurability() {
        slowSyncs();
        append("synced");
        durability(Durability.OS);
        append("unsynced");
        stage.stage().scheduler().runForMs(5);

        assertThat(told).isEmpty();
        assertThat(partition.view().highWatermark()).isEqualTo(1);

        stage.stage().scheduler().runForMs(10);
        assertThat(told).containsExactly("synced", "unsynced");
        assertThat(partition.view().highWatermark()).isEqualTo(3);
        append("at once");
        assertThat(told).contains("at once");
    }

    @Test
    void recordsOfBothDurabilitiesAreCommittedInTheirOrder() {
        slowSyncs();
        durability(Durability.OS);
        append("1 unsynced");
        assertThat(told).containsExactly("1 unsynced");
        durability(Durability.SYNC);
        append("2 synced");
        durability(Durability.OS);
        append("3 unsynced");
        durability(Durability.SYNC);
        append("4 synced");
        assertThat(told).containsExactly("1 unsynced");

        stage.stage().await(() -> told.size() == 4);
        assertThat(told).containsExactly("1 unsynced", "2 synced", "3 unsynced", "4 synced");
    }

    @Test
    void deletedRecordsAreAcknowledgedByTheirOwnSyncAndNotByAnEarlierOne() throws IOException {
        for (int seed = 1; seed <= 20; seed++) {
            stage = new DiskStage(new SimDisk(new Prng(seed)), seed);
            partition = stage.topic("orders", 1, LogConfig.DEFAULTS)[0];
            stage.append(partition, 100);
            told.clear();
            long before = stage.dir().journalStats().rounds();
            append("append");
            stage.stage().await(() -> stage.dir().journalStats().rounds() > before);
            on(() -> partition.deleteRecords(1, new Told("delete"), 0));
            stage.stage().await(() -> told.contains("delete"));

            assertThat(stage.dir().journalStats().rounds()).as("seed " + seed)
                    .isEqualTo(before + 2);
            assertThat(told).containsExactly("append", "delete");
        }
    }

    @Test
    void deletingTheSameRecordsAgainWaitsForTheFirstDeletion() {
        slowSyncs();
        on(() -> partition.deleteRecords(1, new Told("first"), 0));
        on(() -> partition.deleteRecords(1, new Told("again"), 0));
        stage.stage().scheduler().runForMs(5);
        assertThat(told).isEmpty();

        stage.stage().scheduler().runForMs(50);
        assertThat(told).containsExactly("first", "again");
        on(() -> partition.deleteRecords(1, new Told("once more"), 0));
        assertThat(told).contains("once more");
    }

    @Test
    void whatWasAppendedWithoutSyncsIsFlushedWhenTheyAreAskedFor() {
        durability(Durability.OS);
        append("unsynced");
        stage.stage().scheduler().runForMs(100);
        assertThat(recoveryPoint()).isZero();
        durability(Durability.SYNC);
        stage.stage().scheduler().runForMs(100);

        assertThat(recoveryPoint()).isEqualTo(2);
    }

    @Test
    void whatIsSyncedAfterAChangeOfDurabilityWaitsForTheFlushOfWhatWasNot() {
        durability(Durability.OS);
        append("unsynced");
        slowSyncs();
        durability(Durability.SYNC);
        append("synced");
        on(() -> partition.deleteRecords(1, new Told("deleted"), 0));
        stage.stage().await(() -> told.contains("synced"));

        assertThat(recoveryPoint()).isEqualTo(2);
        assertThat(told).contains("unsynced", "deleted");
        assertThat(partition.view().highWatermark()).isEqualTo(3);
    }

    @Test
    void aCrashAfterAChangeOfDurabilityLeavesNoGap() throws IOException {
        for (int seed = 1; seed <= 40; seed++) {
            var prng = new Prng(seed);
            var crashing = new SimDisk(prng);
            stage = new DiskStage(crashing, seed);
            partition = stage.topic("orders", 1, LogConfig.DEFAULTS)[0];
            durability(Durability.OS);
            stage.append(partition, 100);
            append("unsynced");
            crashing.faults().stall(1_000_000, SYNC_NS, SYNC_NS + 1);
            crashing.faults().onStall(stage.stage().scheduler()::stall);
            durability(Durability.SYNC);
            append("synced");
            stage.stage().scheduler().runForMs(prng.nextInt(100));
            crashing.crash(prng);
            crashing.restart();
            crashing.faults().clear();

            assertThat(new DiskStage(crashing, seed).dir().damages()).as("seed " + seed).isEmpty();
        }
    }

    private long recoveryPoint() {
        long[] found = new long[1];
        on(() -> found[0] = partition.log().recoveryPoint());
        return found[0];
    }

    @Test
    void segmentsAreKeptUntilTheRaisedLogStartIsOnDisk() {
        var tiny = LogConfig.DEFAULTS.with(new LogConfig.Rolling(100, 1_000_000, 0, 4096, 1 << 20));
        on(() -> partition.configure(settings(tiny, Durability.SYNC)));
        for (int i = 0; i < 4; i++) {
            append("record " + i);
        }
        stage.stage().await(() -> partition.view().highWatermark() == 5);
        slowSyncs();
        List<RemovedFiles> gone = new ArrayList<>();
        on(() -> partition.configure(settings(
                tiny.with(new LogConfig.Retention(true, -1, 100, 0)), Durability.SYNC)));
        on(() -> partition.expire(0, gone::add));
        stage.stage().scheduler().runForMs(5);

        assertThat(partition.view().logStartOffset()).isGreaterThan(1);
        assertThat(gone).isEmpty();
        on(() -> partition.expire(0, gone::add));
        assertThat(gone).isEmpty();

        stage.stage().scheduler().runForMs(50);
        assertThat(gone).hasSize(1);
        assertThat(gone.getFirst().paths()).isNotEmpty();
    }

    @Test
    void anOldSegmentThatCannotBeRenamedIsSaidAndTriedAgain() {
        LogConfig tiny = LogConfig.DEFAULTS.with(
                new LogConfig.Rolling(300, 604_800_000L, 0, 4096, 10 << 20));
        on(() -> partition.configure(settings(
                tiny.with(new LogConfig.Retention(true, -1, 100, 0)), Durability.SYNC)));
        for (int i = 0; i < 5; i++) {
            append("a" + i);
        }
        stage.stage().await(() -> told.size() == 5);
        List<RemovedFiles> gone = new ArrayList<>();
        long before = Marks.count("old segments could not be given up");
        disk.faults().failNameAfter(0);
        on(() -> partition.expire(0, gone::add));
        stage.stage().scheduler().runForMs(50);

        assertThat(gone).isEmpty();
        assertThat(stage.dir().failure()).isNull();
        assertThat(Marks.count("old segments could not be given up")).isGreaterThan(before);
        on(() -> partition.expire(0, gone::add));
        assertThat(gone).hasSize(1);
        append("after");
        stage.stage().await(() -> told.size() == 6);
        assertThat(told).containsExactly("a0", "a1", "a2", "a3", "a4", "after");
    }

    @Test
    void aFullDiskRefusesClientsAndTakesWhatAMachineHasDecided() {
        disk.capacity(disk.totalBytes() - disk.usableBytes() + ROOM_BYTES);
        stage.stage().scheduler().runForMs(2_000);

        append("client");
        on(() -> partition.appendDecided(DiskStage.batch(200).buffer(), new Told("machine"), 0));
        stage.stage().await(() -> told.size() == 2);

        assertThat(told).containsExactly("client refused: " + Errors.KAFKA_STORAGE_ERROR,
                "machine");
    }

    /// A follower begins to serve where its log starts, and nobody has looked at that on the way.
    @Test
    void aFollowerWhoseFirstSegmentIsDamagedIsMendedFromItsLeader() throws IOException {
        long before = Marks.count("log that was opened is damaged");
        LogConfig small = LogConfig.DEFAULTS.with(
                new LogConfig.Rolling(300, 1_000_000, 0, 4096, 1 << 20));
        Partition damaged = stage.topic("small", 1, small)[0];
        for (int i = 0; i < 12; i++) {
            stage.append(damaged, 100);
        }
        stage.stage().on(damaged.loop(), () -> damaged.deleteRecords(1, new Told("start"), 0));
        stage.stage().await(() -> told.contains("start"));
        stage.close();
        disk.flip("small-0/00000000000000000000.log", Batch.LENGTH * 8L);
        stage = new DiskStage(disk, 2);
        partition = stage.topic("orders", 1, LogConfig.DEFAULTS)[0];
        var follower = new Partition(damaged.id(), partition.loop(), stage.dir(),
                new Leadership(0, 2, 7, 1, List.of(0, 2), List.of(0, 2)),
                settings(small, Durability.SYNC), new Doubted());
        on(follower::open);
        stage.stage().await(() -> follower.offline() != Errors.NONE);

        assertThat(follower.offline()).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(stage.dir().failure()).isNull();
        assertThat(Marks.count("log that was opened is damaged")).isGreaterThan(before);
        assertThat(told).contains("damaged small-0");
        stage.append(partition, 100);
        on(() -> {
            follower.assume(new Leadership(0, 2, 8, 2, List.of(0, 2), List.of(2)));
            told.add("doubted " + follower.offline());
        });
        stage.stage().await(() -> follower.offline() == Errors.NONE);

        assertThat(told).as("no file is read on the loop").contains("doubted KAFKA_STORAGE_ERROR");
        assertThat(Marks.count("damaged log is opened with what is sound of it")).isPositive();
        assertThat(follower.view().logEndOffset()).isZero();
        assertThat(told).contains("mended small-0");
    }

    /// Takes note of who is damaged.
    private final class Doubted implements IsrPort {
        @Override
        public void propose(Proposal proposal, Loop home, Consumer<Answer> then) {
            throw new AssertionError("a follower proposes nothing");
        }

        @Override
        public void damaged(Partition partition) {
            told.add("damaged " + partition.name());
        }

        @Override
        public void mended(Partition partition) {
            told.add("mended " + partition.name());
        }
    }

    private void slowSyncs() {
        disk.faults().stall(1_000_000, SYNC_NS, SYNC_NS + 1);
        disk.faults().onStall(stage.stage().scheduler()::stall);
    }

    private void append(String name) {
        on(() -> partition.append(DiskStage.batch(200).buffer(), null, (short) -1,
                new Told(name), 0));
    }

    private void durability(Durability durability) {
        on(() -> partition.configure(settings(LogConfig.DEFAULTS, durability)));
    }

    private static PartitionSettings settings(LogConfig log, Durability durability) {
        return new PartitionSettings(log, BatchRules.DEFAULTS, durability, 1);
    }

    private void on(Runnable task) {
        stage.stage().on(partition.loop(), task);
    }

    /// Notes what was committed.
    private final class Told implements Ack {
        private final String name;

        Told(String name) {
            this.name = name;
        }

        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs,
                long logStartOffset) {
            // What counts is that it is committed.
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            told.add(name + " refused: " + error);
        }

        @Override
        public void committed(int slot) {
            told.add(name);
        }

        @Override
        public void lost(int slot, Errors error) {
            told.add(name + " lost: " + error);
        }
    }
}
