package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.group.GroupWorld;
import dev.tidemark.sim.model.World;
import dev.tidemark.sim.node.NodeWorld;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulator catches what is planted: one that finds nothing must be worth believing.
final class PlantedBugsTest {
    private static final int STEPS = 400;
    private static final int MOST_WORLDS = 12;

    /// @return the first seed at which the world breaks a promise; -1 if none does
    private static long caughtAt(LongFunction<World> worlds, String bug) {
        for (long seed = 1; seed <= MOST_WORLDS; seed++) {
            try {
                World world = worlds.apply(seed);
                for (int i = 0; i < STEPS; i++) {
                    world.step();
                }
                world.finish();
            } catch (RuntimeException | Error caught) {
                System.out.println("planted " + bug + ": seed " + seed + ": "
                        + caught.getMessage().lines().findFirst().orElse(""));
                return seed;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @EnumSource
    void aBugInTheDiskIsCaught(BuggyDisk.Bug bug) {
        assertThat(caughtAt(seed -> new NodeWorld(seed, Trace.SILENT, bug.planted()),
                bug.name())).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aBugInTheGroupCoordinatorIsCaught(BuggyMachine.Bug bug) {
        assertThat(caughtAt(seed -> new GroupWorld(seed, Trace.SILENT,
                machine -> new BuggyMachine(machine, bug)), bug.name())).isPositive();
    }
}
