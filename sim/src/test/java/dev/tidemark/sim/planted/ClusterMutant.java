package dev.tidemark.sim.planted;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.base.Trace;
import dev.tidemark.sim.cluster.ClusterFault;
import dev.tidemark.sim.cluster.WholeClusterWorld;
import dev.tidemark.sim.model.Finding;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/// Runs one cluster from a seed, in whichever loader it was loaded by, and says what promise was
/// broken, to its clients or to itself; null if none was.
public final class ClusterMutant implements LongFunction<String> {
    private final int nodes;
    private final int steps;
    private final List<ClusterFault> faults;

    /// @param faults their names
    public ClusterMutant(int nodes, int steps, String[] faults) {
        this.nodes = nodes;
        this.steps = steps;
        this.faults = Stream.of(faults).map(ClusterFault::valueOf).toList();
    }

    @Override
    public String apply(long seed) {
        try {
            var world = new WholeClusterWorld(seed, Trace.SILENT, nodes, faults);
            for (int i = 0; i < steps; i++) {
                world.step();
            }
            world.finish();
            return null;
        } catch (Finding caught) {
            return caught.getMessage().lines().findFirst().orElse("");
        } catch (InvariantViolation caught) {
            return caught.getMessage();
        }
    }
}
