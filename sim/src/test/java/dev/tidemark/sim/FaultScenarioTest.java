package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.scenario.FaultScenario;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each fault that a cluster survives, from a few seeds in each build; `./tidemark sim --fault F`
/// plays more.
final class FaultScenarioTest {
    private static final long FIRST_SEED = 1;
    private static final long SEEDS = 2;

    @ParameterizedTest
    @EnumSource
    void aClusterSurvives(FaultScenario scenario) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            assertThat(scenario.play(seed, Trace.SILENT)).isNotZero();
        }
    }

    /// With groups in all of them.
    @ParameterizedTest
    @EnumSource(names = {"LEADER_ALONE", "ROTTEN_DISKS", "WIPED_DISKS"})
    void theSameSeedIsTheSameStoryEventForEvent(FaultScenario scenario) {
        List<String> first = story(scenario, 5);
        assertThat(first).hasSizeGreaterThan(100).anyMatch(line -> line.contains(" of g0 "));
        assertThat(story(scenario, 5)).isEqualTo(first);
        assertThat(story(scenario, 6)).isNotEqualTo(first);
    }

    private static List<String> story(FaultScenario scenario, long seed) {
        List<String> lines = new ArrayList<>();
        scenario.play(seed, new Trace() {
            @Override
            public void info(String line) {
                lines.add(line);
            }

            @Override
            public void warn(String line) {
                lines.add("warn " + line);
            }
        });
        return lines;
    }
}
