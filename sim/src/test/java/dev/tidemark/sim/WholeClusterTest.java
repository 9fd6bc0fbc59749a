package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.sim.cluster.ClusterFault;
import dev.tidemark.sim.cluster.WholeClusterWorld;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A fixed number of whole clusters in each build; `./tidemark sim --world cluster` runs more.
final class WholeClusterTest {
    private static final int NODES = 3;
    private static final int STEPS = 100;

    /// @return crashes in all of them
    private static long run(int worlds, ClusterFault... only) {
        return run(1, worlds, only);
    }

    private static long run(long firstSeed, int worlds, ClusterFault... only) {
        long rounds = 0;
        for (long seed = firstSeed; seed < firstSeed + worlds; seed++) {
            var world = new WholeClusterWorld(seed, Trace.SILENT, NODES, List.of(only));
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            world.finish();
            rounds += world.rounds();
        }
        return rounds;
    }

    @Test
    void aClusterKeepsItsWordToClientsWhateverFails() {
        assertThat(run(4)).isGreaterThan(4 * NODES);
    }

    @Test
    void aTopicThatIsMadeAgainKeepsItsRecordsThroughALossOfPowerOfAll() {
        // From seeds in which a node's metadata was older than its logs (9, 11).
        assertThat(run(9, 4, ClusterFault.RECREATION, ClusterFault.BLACKOUT))
                .isGreaterThan(4 * NODES);
    }

    @Test
    void theLossOfAnyOneDiskIsSurvivedWhateverElseFails() {
        assertThat(run(30, 3, ClusterFault.WIPED_DISK, ClusterFault.BIT_ROT,
                ClusterFault.LEADER_LOSS, ClusterFault.POWER_LOSS, ClusterFault.CUT))
                .isGreaterThan(3 * NODES);
    }

    @Test
    void aNodeWithAnEmptyDiskFindsItsWayBackAlsoIfItLedTheQuorum() {
        long forgotten = Marks.count("named as leader of a forgotten term");
        assertThat(run(8, ClusterFault.WIPED_DISK)).isGreaterThan(8);
        assertThat(Marks.count("named as leader of a forgotten term")).isGreaterThan(forgotten);
    }
}
