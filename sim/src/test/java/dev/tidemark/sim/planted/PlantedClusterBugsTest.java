package dev.tidemark.sim.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulated clusters catch what is planted into the code that they run.
final class PlantedClusterBugsTest {
    private static final int NODES = 3;
    private static final int STEPS = 100;
    private static final int MOST_WORLDS = 40;

    private static LongFunction<String> mutant(MutantLoader loader, ClusterBug bug)
            throws ReflectiveOperationException {
        Class<?> type = loader.loadClass(ClusterMutant.class.getName());
        @SuppressWarnings("unchecked")
        var mutant = (LongFunction<String>) type
                .getConstructor(int.class, int.class, String[].class)
                .newInstance(NODES, STEPS,
                        bug.faults().stream().map(Enum::name).toArray(String[]::new));
        return mutant;
    }

    @ParameterizedTest
    @EnumSource
    void aBugInAClusterIsCaught(ClusterBug bug) throws ReflectiveOperationException {
        var loader = new MutantLoader(getClass().getClassLoader(), bug.mutations());
        LongFunction<String> mutant = mutant(loader, bug);
        List<String> broken = new ArrayList<>();
        for (long seed = 1; seed <= MOST_WORLDS && !bug.isCaughtBy(broken); seed++) {
            String found = mutant.apply(seed);
            if (found != null) {
                System.out.println("planted " + bug + ": seed " + seed + ": " + found);
                broken.add(found);
            }
        }
        assertThat(loader.hasMadeAll()).isTrue();
        assertThat(bug.isCaughtBy(broken)).as("found: " + broken).isTrue();
    }

    @Test
    void withoutABugNothingIsCaught() throws ReflectiveOperationException {
        var loader = new MutantLoader(getClass().getClassLoader(), List.of());
        assertThat(mutant(loader, ClusterBug.NEVER_CUTS).apply(1)).isNull();
    }
}
