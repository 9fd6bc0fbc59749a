package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.io.sim.PowerLost;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Partitions of several loops append, are swept, and crash at any operation of the disk; what was
/// reported durable is in the logs when they are opened again (faults 1, 4, 9, 11).
final class LogDirCrashTest {
    /// `-Dcrash.seeds` asks for more of them, `-Dcrash.first` for others.
    private static final int SEEDS = Integer.getInteger("crash.seeds", 150);
    private static final int FIRST = Integer.getInteger("crash.first", 1);
    private static final int LIVES = 4;

    @Test
    void whatWasReportedDurableIsInTheLogsAfterEveryCrash() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                live(seed);
            } catch (AssertionError | RuntimeException | IOException broken) {
                throw new AssertionError("seed " + seed, broken);
            }
        }
    }

    private static void live(long seed) throws IOException {
        StoreWorld world = new StoreWorld(seed, 1 + (int) (seed % 6));
        for (int life = 0; life < LIVES; life++) {
            boolean dies = world.prng.chance(3, 4);
            world.disk.faults().losePowerAfter(dies ? world.prng.nextInt(600) : Long.MAX_VALUE);
            try {
                world.start();
                world.verify();
                work(world);
                if (world.prng.chance(1, 3)) {
                    world.stop();
                    world.partitions.forEach(p -> p.durableEnd = p.history.size());
                }
                world.disk.kill();
            } catch (PowerLost crash) {
                assertThat(dies).isTrue();
            }
            world.disk.restart();
        }
        world.start();
        world.verify();
        assertThat(world.dir.damages()).isEmpty();
    }

    private static void work(StoreWorld world) {
        for (int step = 0; step < 120; step++) {
            StoredPartition partition =
                    world.partitions.get(world.prng.nextInt(world.partitions.size()));
            int bytes = world.prng.nextInt(8_000);
            boolean raises = world.prng.chance(1, 30);
            world.on(partition, () -> {
                partition.append(world.dir, bytes, world.prng);
                if (raises) {
                    partition.raiseStart(world.dir, partition.durableEnd);
                }
            });
            for (int turns = world.prng.nextInt(6); turns > 0; turns--) {
                world.scheduler.step();
            }
        }
    }
}
