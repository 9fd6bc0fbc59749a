package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Three nodes that are told to stop at one time: each waits for the others no longer than that
/// serves somebody.
class StoppingTest {
    private static final long LONGEST_MS = 800;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nodesThatAreStoppedTogetherStopAtOnceAndKeepWhatTheyAcknowledged(long seed)
            throws IOException {
        var orders = new ThreeNodeTopic(seed, Map.of());
        orders.awaitInSync();
        for (int i = 0; i < 5; i++) {
            orders.produce();
        }
        assertThat(stopTogether(orders)).isLessThan(LONGEST_MS);
        for (int id : ThreeNodeTopic.ALL) {
            orders.cluster.start(id);
        }
        orders.awaitInSync();
        orders.produce();
        assertThat(orders.consume(orders.leader())).isEqualTo(orders.acked);
    }

    /// @return how long it took until the last process could end, in milliseconds
    private static long stopTogether(ThreeNodeTopic orders) throws IOException {
        List<Integer> mayStop = new ArrayList<>();
        for (int id : ThreeNodeTopic.ALL) {
            orders.cluster.node(id).leave(() -> mayStop.add(id));
        }
        int stopped = 0;
        for (long ms = 1; ms < 60_000; ms++) {
            orders.cluster.scheduler().runForMs(1);
            while (stopped < mayStop.size()) {
                int id = mayStop.get(stopped++);
                orders.cluster.computer(id).halt();
                orders.cluster.node(id).close();
                orders.cluster.kill(id);
            }
            if (stopped == ThreeNodeTopic.ALL.size()) {
                return ms;
            }
        }
        throw new AssertionError("they never stopped");
    }
}
