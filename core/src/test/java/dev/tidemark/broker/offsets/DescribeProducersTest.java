package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequestCollection;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DescribeProducersTest {
    private static final long PRODUCER_ID = 4711;
    private static final short PRODUCER_EPOCH = 2;

    private final SimDisk disk = new SimDisk(new Prng(3));
    private DiskStage stage;
    private DescribeProducersHandler handler;
    private Partition[] orders;

    @BeforeEach
    void open() throws IOException {
        stage = new DiskStage(disk, 1);
        handler = new DescribeProducersHandler(stage.stage().partitions());
        orders = stage.topic("orders", 2, LogConfig.DEFAULTS);
    }

    @Test
    void anIdempotentProducerIsDescribedWithItsLastBatch() {
        stage.append(orders[1], MemoryRecords.withIdempotentRecords(Compression.NONE,
                PRODUCER_ID, PRODUCER_EPOCH, 0, new SimpleRecord(100, new byte[3]),
                new SimpleRecord(200, new byte[3])));

        var producers = ask("orders", 1).activeProducers();

        assertThat(producers).hasSize(1);
        assertThat(producers.getFirst().producerId()).isEqualTo(PRODUCER_ID);
        assertThat(producers.getFirst().producerEpoch()).isEqualTo(PRODUCER_EPOCH);
        assertThat(producers.getFirst().lastSequence()).isEqualTo(1);
        assertThat(producers.getFirst().lastTimestamp()).isEqualTo(200);
        assertThat(producers.getFirst().coordinatorEpoch()).isEqualTo(-1);
        assertThat(producers.getFirst().currentTxnStartOffset()).isEqualTo(-1);
    }

    @Test
    void producersWithoutAnIdLeaveNoTrace() {
        stage.append(orders[0], 100);

        assertThat(ask("orders", 0).activeProducers()).isEmpty();
    }

    @Test
    void whatIsNotThereIsUnknown() {
        assertThat(Errors.forCode(ask("a/b", 0).errorCode()))
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        assertThat(Errors.forCode(ask("nowhere", 0).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Errors.forCode(ask("orders", 2).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private PartitionResponse ask(String topic, int index) {
        var topics = new TopicRequestCollection();
        topics.add(new TopicRequest().setName(topic).setPartitionIndexes(List.of(index)));
        DescribeProducersResponseData response = stage.stage().ask(handler,
                ApiKeys.DESCRIBE_PRODUCERS, 0,
                new DescribeProducersRequestData().setTopics(topics));
        return response.topics().getFirst().partitions().getFirst();
    }
}
