package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.HandlerStage;
import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class DeleteRecordsTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final DeleteRecordsHandler handler = new DeleteRecordsHandler(stage.partitions());

    @Test
    void anUnknownTopicIsToldInEveryVersion() {
        for (int version = 0; version <= 2; version++) {
            var answer = ask(version, "nowhere", 0, 3);
            assertThat(Errors.forCode(answer.errorCode()))
                    .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
            assertThat(answer.lowWatermark()).isEqualTo(-1);
        }
    }

    @Test
    void nobodyDeletesTheRecordsOfAnInternalTopic() {
        assertThat(Errors.forCode(ask(2, "__consumer_offsets", 0, -1).errorCode()))
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
    }

    private DeleteRecordsPartitionResult ask(int version, String topic, int index, long offset) {
        var partition = new DeleteRecordsPartition().setPartitionIndex(index).setOffset(offset);
        DeleteRecordsResponseData response = stage.ask(handler, ApiKeys.DELETE_RECORDS, version,
                new DeleteRecordsRequestData().setTimeoutMs(1_000).setTopics(List.of(
                        new DeleteRecordsTopic().setName(topic)
                                .setPartitions(List.of(partition)))));
        assertThat(response.topics()).hasSize(1);
        var answered = response.topics().find(topic).partitions();
        assertThat(answered).hasSize(1);
        return answered.find(index);
    }
}
