package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.SimDisk;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The journal's files: made ahead, recycled, bounded, and waited for.
final class JournalRingTest {
    private final JournalWorld world = new JournalWorld(17, 1);
    private final FakeLog log = world.logs.get(0);

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        for (String name : world.disk.list(JournalWorld.DIRECTORY)) {
            bytes += world.disk.open(JournalWorld.DIRECTORY + "/" + name).size();
        }
        return bytes;
    }

    private void append(int count, int bodyBytes) {
        for (int i = 0; i < count; i++) {
            world.append(0, bodyBytes);
            world.settle();
        }
    }

    @Test
    void anIdleJournalIsOneSmallFile() throws IOException {
        world.config = JournalConfig.DEFAULTS;
        world.start(1);
        append(1, 100);

        assertThat(bytesOnDisk()).isEqualTo(world.config.firstFileBytes());
    }

    @Test
    void filesGrowUnderLoadAndAreRecycledBelowTheTotal() throws IOException {
        world.start(1);
        for (int i = 0; i < 300; i++) {
            append(1, 10_000);
            assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.config.totalBytes());
        }

        assertThat(log.durableEnd).isEqualTo(log.endOffset);
        assertThat(world.checkpoints).isGreaterThan(5);
        List<String> names = world.disk.list(JournalWorld.DIRECTORY);
        assertThat(names.size()).isLessThanOrEqualTo(5);
    }

    @Test
    void appendsWaitForACheckpointAndNothingIsWrittenOver() throws IOException {
        world.checkpointing = false;
        world.start(1);
        append(60, 10_000);

        assertThat(world.journal.stats().stalls()).isPositive();
        assertThat(log.durableEnd).isLessThan(log.endOffset).isPositive();
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.config.totalBytes());
        assertThat(world.scan().get(JournalWorld.key(log)))
                .isEqualTo(log.history.subList(0, log.durableEntries()));
        assertThat(world.end).isEqualTo(new JournalEnd.Clean());
    }

    @Test
    void aStalledJournalGoesOnAfterTheCheckpoint() throws IOException {
        world.checkpointing = false;
        world.start(1);
        append(60, 10_000);
        assertThat(log.durableEnd).isLessThan(log.endOffset);

        world.checkpointing = true;
        world.journal.checkpointed(world.asked);
        world.settle();
        assertThat(log.durableEnd).isEqualTo(log.endOffset);
    }

    @Test
    void anAppendLargerThanAnyFileGetsOneOfItsOwn() throws IOException {
        long deleted = Marks.count("journal file for one large append was deleted");
        long small = Marks.count("journal gave a small spare back for a larger file");
        world.start(1);
        append(100, 10_000);
        append(1, 300_000);
        append(100, 10_000);

        assertThat(log.durableEnd).isEqualTo(log.endOffset);
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.config.totalBytes());
        assertThat(Marks.count("journal file for one large append was deleted"))
                .isGreaterThan(deleted);
        assertThat(Marks.count("journal gave a small spare back for a larger file"))
                .isGreaterThan(small);
    }

    @Test
    void aFullDiskIsWaitedForAndFailsNothing() throws IOException {
        long before = Marks.count("journal waits for room on the disk");
        world.disk.capacity(24 << 10);
        world.start(1);
        for (int i = 0; i < 10; i++) {
            world.append(0, 3_000);
        }
        world.scheduler.runForMs(3_000);
        assertThat(log.durableEnd).isLessThan(log.endOffset);
        assertThat(Marks.count("journal waits for room on the disk")).isGreaterThan(before);

        world.disk.capacity(1 << 20);
        world.scheduler.runForMs(3_000);
        assertThat(log.durableEnd).isEqualTo(log.endOffset);
        assertThat(world.journal.failure()).isNull();
    }

    @Test
    void aFileThatDoesNotFitOnTheDiskIsTakenBack() throws IOException {
        long before = Marks.count("disk filled up under a new journal file");
        SimDisk disk = new SimDisk(new Prng(2));
        disk.createDirectories("j");
        disk.capacity(64 << 10);
        disk.faults().failNextWrites(1);
        JournalFiles files = new JournalFiles(disk, "j", 1);

        assertThat(files.create(1, 64 << 10)).isNull();
        assertThat(disk.list("j")).isEmpty();
        assertThat(Marks.count("disk filled up under a new journal file")).isGreaterThan(before);
    }

    @Test
    void filesThatWereNotWholeAtTheCrashAreRemoved() throws IOException {
        long before = Marks.count("journal file was being prepared or emptied at the crash");
        world.disk.createDirectories(JournalWorld.DIRECTORY);
        world.disk.open(JournalFile.freePath(JournalWorld.DIRECTORY, 9)).close();
        world.start(1);

        assertThat(world.disk.list(JournalWorld.DIRECTORY))
                .containsExactly("00000000000000000010.journal");
        assertThat(Marks.count("journal file was being prepared or emptied at the crash"))
                .isGreaterThan(before);
    }

    @Test
    void aRestartKeepsOneFileAndGivesTheRestBack() throws IOException {
        world.start(1);
        append(100, 10_000);
        world.disk.kill();
        world.disk.restart();
        world.recover();
        world.start(1);

        assertThat(world.disk.list(JournalWorld.DIRECTORY)).hasSize(1);
        assertThat(bytesOnDisk()).isEqualTo(world.config.maxFileBytes());
        assertThat(world.scan()).isEmpty();
    }
}
