package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ControlCommand.NewTopic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A cluster with ten thousand partitions.
final class ManyPartitionsTest {
    @ParameterizedTest
    @CsvSource({"1, 10000", "1000, 10"})
    void aBrokerOfThreeThatDiesMovesAllOfItsLeadersWithOneEventEach(
            int topics, int partitions) {
        var world = ClusterWorld.of(3);
        for (int t = 0; t < topics; t++) {
            world.create(new NewTopic("t" + t, partitions, 3, List.of(), Map.of()));
        }
        world.pass(1_000);
        int written = world.log.size();
        world.die(3);
        assertThat(world.log).hasSize(written + 10_000 + 1);
        for (var topic : world.image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                assertThat(topic.partition(p).leader()).isBetween(1, 2);
            }
        }
    }

    @Test
    void theEndOfASessionWritesSoMuchAtOnceAndTheRestWithTheNextTick() {
        var world = ClusterWorld.of(3);
        for (int t = 0; t < 3; t++) {
            world.create(new NewTopic("t" + t, 8_000, 3, List.of(), Map.of()));
        }
        world.pass(1_000);
        for (int i = 0; i < 8; i++) {
            world.nowMs += 200;
            world.beat(1);
            world.beat(2);
        }
        int written = world.log.size();
        world.submit(world.machine.tick());
        assertThat(world.log).hasSize(written + BrokerDecisions.MOST_EVENTS);
        assertThat(world.image().broker(3).fenced()).isFalse();
        assertThat(world.machine.nextDeadlineMs()).isLessThanOrEqualTo(world.nowMs);
        world.tickIfDue();
        assertThat(world.log).hasSize(written + 24_000 + 1);
        assertThat(world.image().broker(3).fenced()).isTrue();
    }
}
