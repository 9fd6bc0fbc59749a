package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import java.io.IOException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// A data directory through its life: opened, closed, filled up and broken.
final class LogDirTest {
    private final StoreWorld world = new StoreWorld(21, 2);
    private final StoredPartition first = world.partitions.get(0);
    private final StoredPartition second = world.partitions.get(1);

    @Test
    void aCleanShutdownIsMarkedAndLeavesKafkasCheckpoints() throws IOException {
        world.start();
        assertThat(world.disk.exists(DirNames.CLEAN)).isFalse();
        world.append(first, 3);
        world.append(second, 2);
        world.stop();

        assertThat(world.text(DirNames.CLEAN)).contains("\"version\":0");
        assertThat(world.text(CheckpointFile.RECOVERY_POINTS)).isEqualTo("0\n2\nt 0 3\nt 1 2\n");
        assertThat(world.text(CheckpointFile.LOG_STARTS)).isEqualTo("0\n2\nt 0 0\nt 1 0\n");

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
        world.kill();

        StoreConfig ours = world.config;
        world.config = new StoreConfig("other", 1, ours.journal(), 0, 100, 1);
        assertThatThrownBy(world::start).hasMessageContaining("cluster c");
        world.config = new StoreConfig("c", 2, ours.journal(), 0, 100, 1);
        assertThatThrownBy(world::start).hasMessageContaining("node 1");
        world.overwrite("meta.properties", "version=7\n");
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
        world.append(first, 20);
        world.stop();
        String text = world.text(CheckpointFile.NAME);
        world.overwrite(CheckpointFile.NAME, text.replace(" 20 ", " 10 "));

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
        world.overwrite(CheckpointFile.NAME, "tidemark-checkpoint 2 12345678\n");

        assertThatThrownBy(world::start).hasMessageContaining("newer");
    }

    @Test
    void whatAFailedSyncHasLeftInThePageCacheIsWrittenAgain() throws IOException {
        long before = Marks.count("recovery writes again what a failed sync may have lost");
        world.start();
        world.append(first, 5);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        world.append(first, 60);
        world.disk.faults().failNextSyncs(1);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        assertThat(world.dir.failure()).hasMessageContaining(".log");
        world.kill();
        world.start();
        world.verify();
        assertThat(first.log.logEndOffset()).isEqualTo(65);
        world.losePower();
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
        world.append(first, 5);
        world.disk.faults().failNextSyncs(1);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        assertThat(world.dir.failure()).isNotNull();
        world.on(first, () -> world.dir.flush(first));
        world.settle();

        assertThat(first.log.recoveryPoint()).isZero();
    }

    @Test
    void aLogThatWasClosedIsOpenedAgainWhereItEnded() throws IOException {
        world.start();
        world.append(first, 5);
        world.on(first, () -> {
            try {
                world.dir.closeLog(first);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
            first.log = null;
        });
        world.append(first, 1);

        assertThat(first.durableEnd).isEqualTo(6);
    }

    @Test
    void appendsAreToBeRefusedBeforeTheDiskIsFull() throws IOException {
        long before = Marks.count("disk reserve was reached or left");
        world.config = new StoreConfig("c", 1, world.config.journal(), 100_000, 100, 1);
        world.start();
        assertThat(world.dir.isFull()).isFalse();
        world.disk.capacity(150_000);
        world.append(first, 150);
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
        world.append(first, 1);
        world.disk.faults().failNextSyncs(1);
        world.append(first, 1);

        assertThat(world.dir.failure()).hasMessageContaining("sync");
        assertThat(first.failure).isSameAs(world.dir.failure());
        assertThat(second.failure).isSameAs(world.dir.failure());
        assertThat(first.durableEnd).isEqualTo(1);
        world.stop();
        assertThat(world.disk.exists(DirNames.CLEAN)).isFalse();
    }

    @Test
    void sweepsRecycleTheJournalWhileLogsGrow() throws IOException {
        world.start();
        for (int i = 0; i < 40; i++) {
            world.append(first, 20);
            world.append(second, 20);
        }
        assertThat(first.durableEnd).isEqualTo(800);
        assertThat(world.dir.journalStats().bytes()).isGreaterThan(
                2 * world.config.journal().totalBytes());
        String checkpoint = world.text(CheckpointFile.RECOVERY_POINTS);
        assertThat(checkpoint).startsWith("0\n2\n").doesNotContain("t 0 0");
        world.losePower();
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
