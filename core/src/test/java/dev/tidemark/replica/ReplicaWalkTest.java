package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Walks from seeds over three replicas that crash, are cut off and lead in turns.
class ReplicaWalkTest {
    private static final int STEPS = 200;

    @Test
    void nothingAcknowledgedIsLostWhateverHappens() throws IOException {
        int acked = 0;
        int first = Integer.getInteger("walk.first", 1);
        int last = Integer.getInteger("walk.last", 25);
        for (int seed = first; seed <= last; seed++) {
            var walk = new ReplicaWalk(seed);
            try {
                walk.run(STEPS);
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken, broken);
            }
            acked += walk.ackedCount();
        }
        assertThat(acked).as("walks that get nothing done show nothing").isGreaterThan(
                (last - first + 1) * 20);
    }
}
