package dev.tidemark.node;

import static dev.tidemark.node.ThreeNodeTopic.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
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

    /// Moves the partition, until it is there and nowhere else.
    private void moveTo(Integer... ids) {
        var request = new AlterPartitionReassignmentsRequestData().setTimeoutMs(10_000)
                .setTopics(List.of(new ReassignableTopic().setName(ThreeNodeTopic.TOPIC)
                        .setPartitions(List.of(new ReassignablePartition().setPartitionIndex(0)
                                .setReplicas(List.of(ids))))));
        AlterPartitionReassignmentsResponseData answer = topic.cluster.ask(
                topic.cluster.connect(2), ApiKeys.ALTER_PARTITION_REASSIGNMENTS, 0, request);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        topic.cluster.await(() -> topic.state().replicas().equals(List.of(ids)));
    }

    @Test
    void aReplicaThatMovedAwayAndCameBackOutlivesARestartOfItsNode() throws IOException {
        topic.produce();
        topic.produce();
        moveTo(2, 3);
        moveTo(1);
        topic.cluster.scheduler().runForMs(1_000);
        long before = Marks.count("replica moved away and came back before a start");
        topic.cluster.kill(1);
        topic.cluster.start(1);
        topic.cluster.await(() -> topic.cluster.serves(1) && topic.state().leader() == 1);
        topic.cluster.scheduler().runForMs(1_000);

        assertThat(topic.consume(1)).isEqualTo(topic.acked);
        assertThat(Marks.count("replica moved away and came back before a start"))
                .isGreaterThan(before);
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
