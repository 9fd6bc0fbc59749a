package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.log.Log;
import dev.tidemark.replica.Partition;
import dev.tidemark.sim.group.GroupWorld;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.World;
import dev.tidemark.sim.node.NodeWorld;
import dev.tidemark.sim.store.DirectoryWorld;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulator catches what is planted: one that finds nothing must be worth believing.
final class PlantedBugsTest {
    private static final int STEPS = 400;
    private static final int MOST_WORLDS = 12;

    /// Anything but a broken promise is a failure of the simulator, and no catch.
    ///
    /// @return the promise that the first world breaks that breaks one; nothing if none does
    private static String brokenBy(LongFunction<World> worlds, String bug) {
        for (long seed = 1; seed <= MOST_WORLDS; seed++) {
            try {
                World world = worlds.apply(seed);
                for (int i = 0; i < STEPS; i++) {
                    world.step();
                }
                world.finish();
            } catch (Finding caught) {
                String broken = caught.getMessage().lines().findFirst().orElse("");
                System.out.println("planted " + bug + ": seed " + seed + ": " + broken);
                return broken;
            }
        }
        return "nothing";
    }

    @ParameterizedTest
    @EnumSource
    void aBugInTheDiskIsCaught(BuggyDisk.Bug bug) {
        assertThat(brokenBy(seed -> new NodeWorld(seed, Trace.SILENT, bug.planted()),
                bug.name())).startsWith(bug.promise());
    }

    @ParameterizedTest
    @EnumSource
    void aBugInTheGroupCoordinatorIsCaught(BuggyMachine.Bug bug) {
        assertThat(brokenBy(seed -> new GroupWorld(seed, Trace.SILENT,
                machine -> new BuggyMachine(machine, bug)), bug.name()))
                .startsWith(bug.promise());
    }

    @Test
    void aLogThatForgetsItsProducersIsCaught() {
        assertThat(brokenBy(seed -> new DirectoryWorld(seed, Trace.SILENT,
                PlantedBugsTest::forgetProducers), "DEDUP_OFF"))
                .startsWith("a batch stands at one place");
    }

    private static void forgetProducers(Partition partition) {
        Log log = partition.log();
        if (log != null) {
            log.producers().restart(log.logEndOffset(), List.of());
        }
    }
}
