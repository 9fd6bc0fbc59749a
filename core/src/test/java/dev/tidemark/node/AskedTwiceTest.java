package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests whose controller is lost before it has answered: the broker asks the next one, and the
/// client hears what became of its request, not that its own topic is in the way.
class AskedTwiceTest {
    private ClusterDesk desk;

    @AfterAll
    static void someOfThemWereDoneBeforeTheControllerWasLost() {
        assertThat(Marks.count("a creation that was asked again finds its own topic"))
                .isPositive();
    }

    private int controller() {
        for (int id = 1; id <= 3; id++) {
            if (desk.cluster.computer(id).isRunning() && desk.cluster.node(id).controls()) {
                return id;
            }
        }
        throw new AssertionError("nobody controls");
    }

    private static CreateTopicsRequestData creation(String name) {
        var request = new CreateTopicsRequestData().setTimeoutMs(30_000);
        request.topics().add(new CreatableTopic().setName(name).setNumPartitions(1)
                .setReplicationFactor((short) 3));
        return request;
    }

    private static CreatePartitionsRequestData growth(String name) {
        var request = new CreatePartitionsRequestData().setTimeoutMs(30_000);
        request.topics().add(new CreatePartitionsTopic().setName(name).setCount(3)
                .setAssignments(null));
        return request;
    }

    private static DeleteTopicsRequestData deletion(String name) {
        return new DeleteTopicsRequestData().setTimeoutMs(30_000).setTopics(List.of(
                new DeleteTopicsRequestData.DeleteTopicState().setName(name)
                        .setTopicId(Uuid.ZERO_UUID)));
    }

    @SuppressWarnings("unchecked")
    private <R extends ApiMessage> R answer(WireClient client) {
        var answer = new ApiMessage[1];
        desk.cluster.await(() -> answer[0] != null || (answer[0] = client.receive()) != null);
        return (R) answer[0];
    }

    @ParameterizedTest(name = "{0} turns")
    @ValueSource(longs = {16, 24, 32, 40, 48, 56, 64, 72})
    void aRequestIsNotRefusedForWhatItHasDoneItself(long turns) throws IOException {
        desk = new ClusterDesk(7, 3, Map.of());
        int first = controller();
        int asked = 1 + first % 3;
        CreateTopicsResponseData before = desk.ask(ApiKeys.CREATE_TOPICS, 7, creation("grown"));
        assertThat(before.topics().iterator().next().errorCode()).isZero();
        desk.ask(ApiKeys.CREATE_TOPICS, 7, creation("gone"));
        desk.cluster.await(() -> desk.cluster.node(asked).image().topic("gone") != null);

        WireClient creating = desk.cluster.connect(asked);
        WireClient growing = desk.cluster.connect(asked);
        WireClient deleting = desk.cluster.connect(asked);
        creating.send(ApiKeys.CREATE_TOPICS, 7, creation("new"));
        growing.send(ApiKeys.CREATE_PARTITIONS, 3, growth("grown"));
        deleting.send(ApiKeys.DELETE_TOPICS, 6, deletion("gone"));
        desk.cluster.scheduler().runUntil(() -> false, turns);
        desk.cluster.kill(first);

        CreateTopicsResponseData created = answer(creating);
        CreatePartitionsResponseData grown = answer(growing);
        DeleteTopicsResponseData deleted = answer(deleting);
        var row = created.topics().iterator().next();
        assertThat(Errors.forCode(row.errorCode())).isEqualTo(Errors.NONE);
        assertThat(Errors.forCode(grown.results().getFirst().errorCode()))
                .isEqualTo(Errors.NONE);
        assertThat(Errors.forCode(deleted.responses().iterator().next().errorCode()))
                .isEqualTo(Errors.NONE);
        desk.cluster.await(() -> desk.cluster.node(asked).image().topic("new") != null
                && desk.cluster.node(asked).image().topic("gone") == null);
        var image = desk.cluster.node(asked).image();
        assertThat(image.topic("new").id()).isEqualTo(row.topicId());
        assertThat(image.topic("grown").partitionCount()).isEqualTo(3);
        assertThat(image.topic("gone")).isNull();
    }

    @Test
    void aTopicThatWasThereBeforeIsInTheWay() throws IOException {
        desk = new ClusterDesk(3, 3, Map.of());
        desk.ask(ApiKeys.CREATE_TOPICS, 7, creation("new"));
        CreateTopicsResponseData again = desk.ask(ApiKeys.CREATE_TOPICS, 7, creation("new"));
        assertThat(Errors.forCode(again.topics().iterator().next().errorCode()))
                .isEqualTo(Errors.TOPIC_ALREADY_EXISTS);
    }
}
