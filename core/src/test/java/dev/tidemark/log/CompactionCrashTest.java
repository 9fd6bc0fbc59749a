package dev.tidemark.log;

import static dev.tidemark.log.CleanedLog.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Crashes at every step of a cleaning, and after it.
class CompactionCrashTest {
    private final CleanedLog world = new CleanedLog();

    @Test
    void aCrashAnywhereInACleaningLosesNothing() throws IOException {
        long finished = Marks.count("swap of a cleaned segment finished after a crash");
        int crashes = 0;
        for (int seed = 0; seed < 12; seed++) {
            boolean crashed = true;
            for (int step = 0; crashed; step++) {
                crashed = crashAt(seed, step);
                crashes += crashed ? 1 : 0;
            }
        }
        assertThat(crashes).isGreaterThan(100);
        assertThat(Marks.count("swap of a cleaned segment finished after a crash"))
                .isGreaterThan(finished);
    }

    private boolean crashAt(long seed, int step) throws IOException {
        var prng = new Prng(seed);
        world.open(seed * 1_000 + step);
        world.append(prng, 30);
        world.settle();
        long end = world.log.logEndOffset();
        var kept = world.latest(true);
        world.disk.faults().losePowerAfter(step);
        boolean crashed = false;
        try {
            world.clean(NOW_MS);
        } catch (PowerLost | IOException lost) {
            crashed = true;
        }
        world.disk.faults().clear();
        if (!crashed) {
            return false;
        }
        world.disk.restart();
        // The recovery point on disk may be of long ago.
        long recoveryPoint = prng.nextInt((int) end + 1);
        world.reopen(new LogCheckpoint(0, recoveryPoint, false));
        world.log.recoverByScan();
        var where = "seed " + seed + " step " + step;
        assertThat(world.log.logEndOffset()).as(where).isEqualTo(end);
        var found = new ArrayList<>(world.content().entrySet());
        assertThat(found).as(where).containsAll(kept.entrySet());
        assertThat(world.appended.entrySet()).as(where).containsAll(found);
        world.checkpoint = 0;
        world.settle();
        world.clean(NOW_MS);
        assertThat(world.content()).as(where).isEqualTo(kept);
        return true;
    }

    @Test
    void whatIsAppendedToAFinishedSwapSurvivesTheNextCrashOrNot() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            boolean crashed = true;
            for (int step = 0; crashed; step++) {
                crashed = crashTwiceAt(seed, step);
            }
        }
    }

    private boolean crashTwiceAt(long seed, int step) throws IOException {
        var prng = new Prng(seed);
        world.open(seed * 1_000 + step);
        world.append(prng, 4);
        world.settle();
        long end = world.log.logEndOffset();
        var kept = world.latest(true);
        world.disk.faults().losePowerAfter(step);
        try {
            world.clean(NOW_MS);
            world.disk.faults().clear();
            return false;
        } catch (PowerLost lost) {
            world.disk.faults().clear();
        }
        world.disk.restart();
        // As if the next segment's name had not been synced.
        world.disk.delete(SegmentNames.path("t-0", end, SegmentNames.LOG));
        world.disk.syncDirectory("t-0");
        var known = new LogCheckpoint(0, end, false);
        world.reopen(known);
        world.log.recoverByScan();
        world.append(prng, 1);
        world.disk.crash(prng);
        world.disk.restart();
        world.reopen(known);
        world.log.recoverByScan();
        assertThat(world.content().entrySet()).as("seed " + seed + " step " + step)
                .containsAll(kept.entrySet());
        return true;
    }
}
