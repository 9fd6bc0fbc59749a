package dev.tidemark.node;

import static dev.tidemark.node.ThreeNodeTopic.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A topic that three whole nodes keep, as a producer and a consumer see it.
class ReplicatedTopicTest {
    private ThreeNodeTopic topic;

    @BeforeEach
    void form() throws IOException {
        topic = new ThreeNodeTopic(5, Map.of());
    }

    @Test
    void recordsAreOnAllThreeNodesAndReadFromAnyOfThem() {
        for (int i = 0; i < 10; i++) {
            topic.produce();
        }
        topic.cluster.scheduler().runForMs(1_000);
        for (int id : ALL) {
            assertThat(topic.consume(id)).as("node " + id).isEqualTo(topic.acked);
        }
    }

    @Test
    void theDeathOfTheLeaderLosesNothingAndDuplicatesNothing() throws IOException {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                topic.produce();
            }
            int dead = topic.leader();
            topic.cluster.kill(dead);
            topic.produce();
            topic.produce();
            topic.cluster.start(dead);
            topic.awaitInSync();
        }
        topic.produce();
        topic.cluster.scheduler().runForMs(1_000);
        for (int id : ALL) {
            assertThat(topic.consume(id)).as("node " + id).isEqualTo(topic.acked);
        }
    }

    @Test
    void theLossOfPowerEverywhereLosesNothing() throws IOException {
        for (int i = 0; i < 10; i++) {
            topic.produce();
        }
        ALL.forEach(topic.cluster::losePower);
        topic.cluster.startAll();
        topic.awaitInSync();
        topic.produce();
        topic.cluster.scheduler().runForMs(1_000);
        for (int id : ALL) {
            assertThat(topic.consume(id)).as("node " + id).isEqualTo(topic.acked);
        }
    }
}
