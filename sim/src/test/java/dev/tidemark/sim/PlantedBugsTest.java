package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.log.Log;
import dev.tidemark.replica.Partition;
import dev.tidemark.sim.group.GroupWorld;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.World;
import dev.tidemark.sim.node.NodeWorld;
import dev.tidemark.sim.quorum.QuorumWorld;
import dev.tidemark.sim.store.DirectoryWorld;
import java.util.ArrayList;
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
    /// @return what was found broken, up to the first world that breaks that promise
    private static List<String> brokenBy(LongFunction<World> worlds, String bug, String promise) {
        List<String> broken = new ArrayList<>();
        for (long seed = 1; seed <= MOST_WORLDS; seed++) {
            try {
                World world = worlds.apply(seed);
                for (int i = 0; i < STEPS; i++) {
                    world.step();
                }
                world.finish();
            } catch (Finding caught) {
                String found = caught.getMessage().lines().findFirst().orElse("");
                System.out.println("planted " + bug + ": seed " + seed + ": " + found);
                broken.add(found);
                if (found.startsWith(promise)) {
                    return broken;
                }
            }
        }
        return broken;
    }

    @ParameterizedTest
    @EnumSource
    void aBugInTheDiskIsCaught(BuggyDisk.Bug bug) {
        assertThat(brokenBy(seed -> new NodeWorld(seed, Trace.SILENT, bug.planted()),
                bug.name(), bug.promise())).anyMatch(found -> found.startsWith(bug.promise()));
    }

    @ParameterizedTest
    @EnumSource
    void aBugInTheGroupCoordinatorIsCaught(BuggyMachine.Bug bug) {
        assertThat(brokenBy(seed -> new GroupWorld(seed, Trace.SILENT,
                machine -> new BuggyMachine(machine, bug)), bug.name(), bug.promise()))
                .anyMatch(found -> found.startsWith(bug.promise()));
    }

    @ParameterizedTest
    @EnumSource
    void aBugThatMembersOfGroupsSeeIsCaught(GroupBug bug) {
        assertThat(brokenBy(seed -> new NodeWorld(seed, Trace.SILENT,
                BuggyCoordinator.planted(bug)), bug.name(), bug.promise()))
                .anyMatch(found -> found.startsWith(bug.promise()));
    }

    /// The two that chance rarely finds have scripts, which find them for certain.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"VOTES_BEFORE_THE_VOTE_IS_SYNCED",
        "TAKES_VOTERS_BY_THEIR_NUMBERS"})
    void aBugInTheMetadataQuorumIsCaught(BuggyQuorum.Bug bug) {
        assertThat(brokenBy(seed -> new QuorumWorld(seed, Trace.SILENT, new BuggyQuorum(bug)),
                bug.name(), bug.promise())).anyMatch(found -> found.startsWith(bug.promise()));
    }

    @Test
    void aLogThatForgetsItsProducersIsCaught() {
        String promise = "a batch stands at one place";
        assertThat(brokenBy(seed -> new DirectoryWorld(seed, Trace.SILENT,
                PlantedBugsTest::forgetProducers), "DEDUP_OFF", promise))
                .anyMatch(found -> found.startsWith(promise));
    }

    private static void forgetProducers(Partition partition) {
        Log log = partition.log();
        if (log != null) {
            log.producers().restart(log.logEndOffset(), List.of());
        }
    }
}
