package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.scenario.FaultScenario;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each fault that a cluster survives, from a few seeds in each build; `./tidemark sim --fault F`
/// plays more.
final class FaultScenarioTest {
    private static final long FIRST_SEED = 2;
    private static final long SEEDS = 2;

    @ParameterizedTest
    @EnumSource
    void aClusterSurvives(FaultScenario scenario) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            assertThat(scenario.play(seed, Trace.SILENT)).isNotZero();
        }
    }

    @Test
    void theSameSeedIsTheSameStoryEventForEvent() {
        List<String> first = story(5);
        assertThat(first).hasSizeGreaterThan(100);
        assertThat(story(5)).isEqualTo(first);
        assertThat(story(6)).isNotEqualTo(first);
    }

    private static List<String> story(long seed) {
        List<String> lines = new ArrayList<>();
        FaultScenario.LEADER_ALONE.play(seed, new Trace() {
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
