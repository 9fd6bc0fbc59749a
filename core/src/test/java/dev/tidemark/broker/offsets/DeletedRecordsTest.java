package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.LogConfig.Cleaning;
import dev.tidemark.log.LogConfig.Retention;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// DeleteRecords on partitions with records.
class DeletedRecordsTest {
    private static final LogConfig COMPACTED = LogConfig.DEFAULTS.with(Cleaning.ON)
            .with(new Retention(false, -1, -1, 0));

    private final SimDisk disk = new SimDisk(new Prng(3));
    private DiskStage stage;
    private DeleteRecordsHandler handler;
    private Partition[] orders;

    @BeforeEach
    void open() throws IOException {
        openAgain();
    }

    private void openAgain() throws IOException {
        stage = new DiskStage(disk, 1);
        handler = new DeleteRecordsHandler(stage.stage().partitions());
        orders = stage.topic("orders", 2, LogConfig.DEFAULTS);
    }

    @Test
    void theLogStartMovesAndStaysThereInEveryVersion() throws IOException {
        stage.append(orders[1], 100, 200, 300, 400);

        for (int version = 0; version <= 2; version++) {
            var answer = ask(version, "orders", 1, version + 1);
            assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
            assertThat(answer.lowWatermark()).isEqualTo(version + 1);
            assertThat(orders[1].view().logStartOffset()).isEqualTo(version + 1);
        }

        stage.close();
        openAgain();
        stage.stage().on(orders[1].loop(), orders[1]::open);
        stage.stage().await(() -> orders[1].view() != null);
        assertThat(orders[1].view().logStartOffset()).isEqualTo(3);
    }

    @Test
    void minusOneIsTheHighWatermark() {
        stage.append(orders[1], 100, 200, 300);

        assertThat(ask(2, "orders", 1, -1).lowWatermark()).isEqualTo(3);
    }

    @Test
    void anOffsetBelowTheLogStartChangesNothing() {
        stage.append(orders[1], 100, 200, 300);
        ask(2, "orders", 1, 2);

        var answer = ask(2, "orders", 1, 1);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        assertThat(answer.lowWatermark()).isEqualTo(2);
    }

    @Test
    void anOffsetOutsideOfTheLogIsRefused() {
        stage.append(orders[1], 100);

        assertThat(Errors.forCode(ask(2, "orders", 1, 2).errorCode()))
                .isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(Errors.forCode(ask(2, "orders", 1, -2).errorCode()))
                .isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void aTopicThatIsOnlyCompactedKeepsItsRecords() {
        stage.topic("latest", 1, COMPACTED);

        assertThat(Errors.forCode(ask(2, "latest", 0, -1).errorCode()))
                .isEqualTo(Errors.POLICY_VIOLATION);
    }

    @Test
    void whatIsNotOnDiskInTimeIsTimedOut() {
        stage.append(orders[0], 100, 200);
        stage.append(orders[1], 100, 200);
        ask(2, "orders", 0, 1);
        stage.stopJournal();

        var request = stage.stage().send(handler, ApiKeys.DELETE_RECORDS, 2,
                new DeleteRecordsRequestData().setTimeoutMs(1_000).setTopics(List.of(
                        new DeleteRecordsTopic().setName("orders").setPartitions(List.of(
                                partition(0, 1), partition(1, 1))))));
        stage.stage().scheduler().runForMs(900);
        assertThat(request.answered()).isFalse();
        stage.stage().scheduler().runForMs(200);

        assertThat(request.answered()).isTrue();
        var answers = ((DeleteRecordsResponseData) request.answer()).topics().find("orders")
                .partitions();
        assertThat(Errors.forCode(answers.find(0).errorCode())).isEqualTo(Errors.NONE);
        assertThat(answers.find(0).lowWatermark()).isEqualTo(1);
        assertThat(Errors.forCode(answers.find(1).errorCode()))
                .isEqualTo(Errors.REQUEST_TIMED_OUT);
    }

    @Test
    void aTimeOfNoughtLeavesASyncTheTimeThatItTakes() {
        stage.append(orders[1], 100, 200, 300);
        disk.faults().stall(1_000_000, 20_000_000, 20_000_001);

        DeleteRecordsResponseData response = stage.stage().ask(handler, ApiKeys.DELETE_RECORDS, 2,
                new DeleteRecordsRequestData().setTimeoutMs(0).setTopics(List.of(
                        new DeleteRecordsTopic().setName("orders")
                                .setPartitions(List.of(partition(1, 2))))));
        assertThat(response.topics().find("orders").partitions().find(1).lowWatermark())
                .isEqualTo(2);
    }

    private DeleteRecordsPartitionResult ask(int version, String topic, int index, long offset) {
        DeleteRecordsResponseData response = stage.stage().ask(handler, ApiKeys.DELETE_RECORDS,
                version, new DeleteRecordsRequestData().setTimeoutMs(30_000).setTopics(List.of(
                        new DeleteRecordsTopic().setName(topic)
                                .setPartitions(List.of(partition(index, offset))))));
        return response.topics().find(topic).partitions().find(index);
    }

    private static DeleteRecordsPartition partition(int index, long offset) {
        return new DeleteRecordsPartition().setPartitionIndex(index).setOffset(offset);
    }
}
