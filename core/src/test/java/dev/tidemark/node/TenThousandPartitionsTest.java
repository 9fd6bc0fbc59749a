package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Three nodes with ten thousand partitions: how much has to be done when one of them dies, and
/// when it comes back.
class TenThousandPartitionsTest {
    private static final int TOTAL = 10_000;
    private static final int MOST_MS = 3_000;

    private ClusterDesk desk;

    private MetadataImage image(int at) {
        return desk.cluster.node(at).image();
    }

    private int count(int at, Predicate<PartitionImage> which) {
        int count = 0;
        for (var topic : image(at).topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                count += which.test(topic.partition(p)) ? 1 : 0;
            }
        }
        return count;
    }

    private int await(String what, int at, Predicate<PartitionImage> which) {
        long fromMs = desk.nowMs();
        for (int ms = 0; ms < MOST_MS; ms += 50) {
            desk.cluster.scheduler().runForMs(50);
            if (count(at, which) == TOTAL) {
                return (int) (desk.nowMs() - fromMs);
            }
        }
        throw new AssertionError(what + ": only " + count(at, which));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "1, 10000"})
    void aDeathMovesAllLeadersAndAReturnBringsAllInSync(int topics, int partitions)
            throws IOException {
        desk = new ClusterDesk(5, 3, Map.of());
        for (int t = 0; t < topics; t++) {
            desk.cluster.node(1).createTopic(
                    new NewTopic("t" + t, partitions, 3, List.of(), Map.of()));
        }
        await("created", 2, state -> state.isr().size() == 3);
        int dead = desk.cluster.node(3).controls() ? 2 : 3;
        assertThat(count(1, state -> state.leader() == dead)).isBetween(TOTAL / 3 - 100,
                TOTAL / 3 + 100);
        desk.cluster.kill(dead);
        await("led by others", 1, state -> state.leader() > 0 && state.leader() != dead);
        desk.cluster.start(dead);
        await("in sync again", 1, state -> state.isr().size() == 3);
    }
}
