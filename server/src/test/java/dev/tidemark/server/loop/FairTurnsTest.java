package dev.tidemark.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairTurnsTest {
    @ParameterizedTest
    @CsvSource({"2, 1", "2, 2", "3, 2", "4, 2", "4, 4", "8, 2", "8, 8"})
    void whoConnectsInARhythmIsSpreadOverAllLoops(int loops, int rhythm) {
        int connections = 64 * loops;
        for (int first = 0; first < rhythm; first++) {
            int[] counts = new int[loops];
            for (int i = 0; i < connections; i++) {
                counts[FairTurns.turn(first + i * rhythm, loops)]++;
            }
            for (int count : counts) {
                assertThat(count).as("first %s", first).isBetween(32, 96);
            }
        }
    }

    @Test
    void oneLoopTakesAll() {
        assertThat(FairTurns.turn(12_345, 1)).isZero();
    }

    @Test
    void eachLoopHasItsTurnBeforeAnyHasItAgainInTheNextRun() {
        assertThat(FairTurns.turn(0, 2)).isZero();
        assertThat(FairTurns.turn(1, 2)).isEqualTo(1);
        assertThat(FairTurns.turn(2, 2)).isEqualTo(1);
        assertThat(FairTurns.turn(3, 2)).isZero();
    }
}
