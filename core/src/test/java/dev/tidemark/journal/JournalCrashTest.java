package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.io.sim.PowerLost;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Appends of several loops interleave on a disk that crashes at any of its operations; whatever
/// was reported durable is found again, in order, and nothing else (faults 1, 4, 9 and 12).
final class JournalCrashTest {
    /// `-Dcrash.seeds` asks for more of them, `-Dcrash.first` for others.
    private static final int SEEDS = Integer.getInteger("crash.seeds", 400);
    private static final int FIRST = Integer.getInteger("crash.first", 1);
    private static final int LIVES = 5;

    @Test
    void whatWasReportedDurableSurvivesEveryCrash() throws IOException {
        long durable = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                durable += live(seed);
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("seed " + seed, broken);
            }
        }
        assertThat(durable).as("entries that were durable at a crash").isGreaterThan(10L * SEEDS);
    }

    private static long live(long seed) throws IOException {
        JournalWorld world = new JournalWorld(seed, 1 + (int) (seed % 7));
        long durable = 0;
        for (int life = 0; life < LIVES; life++) {
            boolean dies = world.prng.chance(3, 4);
            world.disk.faults().losePowerAfter(dies ? world.prng.nextInt(400) : Long.MAX_VALUE);
            try {
                world.start(1 + (int) (seed % 3));
                work(world);
                world.disk.kill();
            } catch (PowerLost crash) {
                assertThat(dies).isTrue();
            }
            for (FakeLog log : world.logs) {
                durable += log.durableEntries();
            }
            world.disk.restart();
            world.recover();
        }
        return durable;
    }

    private static void work(JournalWorld world) {
        int largest = world.prng.chance(1, 4) ? 20_000 : 3_000;
        for (int step = 0; step < 150; step++) {
            world.append(world.prng.nextInt(world.logs.size()), world.prng.nextInt(largest));
            for (int turns = world.prng.nextInt(6); turns > 0; turns--) {
                world.scheduler.step();
            }
        }
        if (world.prng.chance(1, 2)) {
            world.settle();
            for (FakeLog log : world.logs) {
                assertThat(log.durableEnd).as("settled " + log.name).isEqualTo(log.endOffset);
            }
        }
    }
}
