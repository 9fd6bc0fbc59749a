package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.journal.JournalConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final int LOGS = 200;
    private static final int ROUND_MS = 40;
    private static final int ROUNDS = 60;
    private static final int BATCH_BYTES = 1_000;
    private static final long SYNC_NS = 4_000_000;

    @Test
    void aCheckpointOfManyLogsOnASlowDiskHoldsNobodyUp() throws IOException {
        StoreWorld world = slowWorld();
        long longestMs = 0;
        for (int round = 0; round < ROUNDS; round++) {
            appendToAll(world);
            world.scheduler.runForMs(ROUND_MS);
            long waitedMs = ROUND_MS;
            while (!allDurable(world)) {
                world.scheduler.runForMs(1);
                waitedMs++;
            }
            longestMs = Math.max(longestMs, waitedMs);
        }
        assertThat(world.dir.journalStats().bytes()).as("the ring went round")
                .isGreaterThan(2 * world.config.journal().totalBytes());
        assertThat(longestMs).as("two logs at a time would take three seconds").isLessThan(200);
        assertThat(Marks.count("sweep makes haste")).isPositive();
        world.disk.faults().clear();
        world.stop();
    }

    private static StoreWorld slowWorld() throws IOException {
        var world = new StoreWorld(5, LOGS);
        world.config = new StoreConfig("c", 1,
                new JournalConfig(4 << 20, 256 << 10, 512 << 10, 1 << 20, 0), 0, 100, 77);
        world.start();
        world.partitions.forEach(partition -> world.on(partition, () -> partition.open(world.dir)));
        world.settle();
        world.disk.faults().onStall(world.scheduler::stall);
        world.disk.faults().stall(1_000_000, SYNC_NS, SYNC_NS + 1);
        return world;
    }

    private static void appendToAll(StoreWorld world) {
        for (StoredPartition partition : world.partitions) {
            world.on(partition, () -> partition.append(world.dir, BATCH_BYTES, world.prng));
        }
    }

    private static boolean allDurable(StoreWorld world) {
        for (StoredPartition partition : world.partitions) {
            if (partition.durableEnd < partition.history.size()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aSweepThatIsInTimeTakesFewLogsAtOnce() {
        var pace = new SweepPace();
        pace.begin(100, 1_000);
        for (int done = 1; done <= 100; done++) {
            pace.flushed(1_000 - done * 4L);
            assertThat(pace.atOnce()).isEqualTo(SweepPace.LEAST);
        }
    }

    @Test
    void aSweepThatFallsBehindTakesMoreAndThenFewerAgain() {
        var pace = new SweepPace();
        pace.begin(200, 1_000);
        for (int done = 1; done <= 50; done++) {
            pace.flushed(1_000 - done * 3L);
        }
        assertThat(pace.atOnce()).isEqualTo(SweepPace.MOST);
        for (int done = 51; done <= 150; done++) {
            pace.flushed(850);
        }
        assertThat(pace.atOnce()).isEqualTo(SweepPace.LEAST);
    }
}
