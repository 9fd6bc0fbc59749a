package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.HandlerStage;
import java.util.List;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListOffsetsTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final ListOffsetsHandler handler =
            new ListOffsetsHandler(stage.partitions(), stage.offload());

    @Test
    void anUnknownTopicIsToldInEveryVersion() {
        for (int version = 1; version <= 11; version++) {
            var answer = askOne(version, "nowhere", partition(0, -1));
            assertThat(Errors.forCode(answer.errorCode()))
                    .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
            assertThat(answer.offset()).isEqualTo(-1);
            assertThat(answer.timestamp()).isEqualTo(-1);
            assertThat(answer.leaderEpoch()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "-2, 1", "-3, 7", "-4, 8", "-5, 9", "-6, 11"})
    void aNamedOffsetIsUnsupportedBeforeTheVersionThatAddedIt(long timestamp, int since) {
        for (int version = 1; version <= 11; version++) {
            var answer = askOne(version, "nowhere", partition(0, timestamp));
            assertThat(Errors.forCode(answer.errorCode())).as("version %d", version).isEqualTo(
                    version < since ? Errors.UNSUPPORTED_VERSION
                            : Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
    }

    @Test
    void aNegativeTimestampWithoutMeaningIsUnsupported() {
        var answer = askOne(11, "nowhere", partition(0, -7));
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.UNSUPPORTED_VERSION);
    }

    @Test
    void aPartitionThatIsAskedTwiceGetsOneAnswerThatRefuses() {
        var response = ask(7, topic("a", partition(0, -1), partition(1, -1)),
                topic("b", partition(0, -1)), topic("a", partition(0, -2)));

        assertThat(response.topics()).extracting(answered -> answered.name())
                .containsExactly("a", "b");
        var ofA = response.topics().getFirst().partitions();
        assertThat(ofA).extracting(ListOffsetsPartitionResponse::partitionIndex)
                .containsExactly(0, 1);
        assertThat(ofA).extracting(answered -> Errors.forCode(answered.errorCode()))
                .containsExactly(Errors.INVALID_REQUEST, Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private ListOffsetsPartitionResponse askOne(int version, String name,
            ListOffsetsPartition partition) {
        var topics = ask(version, topic(name, partition)).topics();
        assertThat(topics).hasSize(1);
        assertThat(topics.getFirst().name()).isEqualTo(name);
        assertThat(topics.getFirst().partitions()).hasSize(1);
        return topics.getFirst().partitions().getFirst();
    }

    private ListOffsetsResponseData ask(int version, ListOffsetsTopic... topics) {
        return stage.ask(handler, ApiKeys.LIST_OFFSETS, version, new ListOffsetsRequestData()
                .setReplicaId(-1).setTopics(List.of(topics)));
    }

    private static ListOffsetsTopic topic(String name, ListOffsetsPartition... partitions) {
        return new ListOffsetsTopic().setName(name).setPartitions(List.of(partitions));
    }

    private static ListOffsetsPartition partition(int index, long timestamp) {
        return new ListOffsetsPartition().setPartitionIndex(index).setTimestamp(timestamp);
    }
}
