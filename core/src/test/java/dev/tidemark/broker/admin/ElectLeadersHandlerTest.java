package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.HandlerStage;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import java.util.List;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitionsCollection;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Elections over the wire.
final class ElectLeadersHandlerTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final ElectLeadersHandler handler = new ElectLeadersHandler((command, then) ->
            then.accept(new ControlReply.Refused(ControlError.of(Errors.NOT_CONTROLLER))));

    @Test
    void anErrorOfTheWholeIsSaidOfEachPartitionWhereTheVersionHasNoOtherPlace() {
        ElectLeadersResponseData old = stage.ask(handler, ApiKeys.ELECT_LEADERS, 0, twoOf("t"));
        assertThat(old.replicaElectionResults()).singleElement().satisfies(topic ->
                assertThat(topic.partitionResult()).extracting(row -> row.errorCode())
                        .containsExactly(Errors.NOT_CONTROLLER.code(),
                                Errors.NOT_CONTROLLER.code()));
        ElectLeadersResponseData now = stage.ask(handler, ApiKeys.ELECT_LEADERS, 2, twoOf("t"));
        assertThat(now.errorCode()).isEqualTo(Errors.NOT_CONTROLLER.code());
    }

    @Test
    void anUnknownKindOfElectionIsRefusedInEveryVersionThatCanAskForIt() {
        ElectLeadersResponseData answer = stage.ask(handler, ApiKeys.ELECT_LEADERS, 1,
                twoOf("t").setElectionType((byte) 7));
        assertThat(answer.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    }

    private static ElectLeadersRequestData twoOf(String topic) {
        var asked = new TopicPartitionsCollection();
        asked.add(new TopicPartitions().setTopic(topic).setPartitions(List.of(0, 1)));
        return new ElectLeadersRequestData().setTopicPartitions(asked);
    }
}
