package dev.tidemark.node;

import dev.tidemark.control.ControlCommand;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Produce and fetch, in the words of a test.
final class RecordDesk {
    static final int PRODUCE_BY_NAME = 12;
    static final int FETCH_BY_ID = 13;
    static final String TOPIC = "orders";

    private final SimulatedNode world;

    RecordDesk(SimulatedNode world) {
        this.world = world;
    }

    void createTopic(String name, int partitions, Map<String, String> configs) {
        world.node().createTopic(
                new ControlCommand.NewTopic(name, partitions, 1, List.of(), configs));
        world.await(() -> world.node().image().topic(name) != null);
    }

    Uuid topicId() {
        return world.node().image().topic(TOPIC).id();
    }

    static MemoryRecords records(String... values) {
        return MemoryRecords.withRecords(Compression.NONE, simple(values));
    }

    static MemoryRecords numbered(long producerId, int epoch, int sequence, String... values) {
        return MemoryRecords.withIdempotentRecords(Compression.NONE, producerId, (short) epoch,
                sequence, simple(values));
    }

    private static SimpleRecord[] simple(String... values) {
        var records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(1_750_000_000_000L,
                    null, values[i].getBytes(StandardCharsets.UTF_8));
        }
        return records;
    }

    static ProduceRequestData produceRequest(int acks, int partition, MemoryRecords records) {
        var topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData().setName(TOPIC).setPartitionData(List.of(
                new PartitionProduceData().setIndex(partition).setRecords(records))));
        return new ProduceRequestData().setAcks((short) acks).setTimeoutMs(1000)
                .setTopicData(topics);
    }

    PartitionProduceResponse produce(WireClient client, int partition, MemoryRecords records) {
        ProduceResponseData response = world.ask(client, ApiKeys.PRODUCE, PRODUCE_BY_NAME,
                produceRequest(-1, partition, records));
        return response.responses().iterator().next().partitionResponses().getFirst();
    }

    FetchRequestData fetchRequest(int partition, long offset) {
        return new FetchRequestData().setMaxWaitMs(0).setMinBytes(1).setTopics(List.of(
                new FetchTopic().setTopicId(topicId()).setTopic(TOPIC).setPartitions(
                        List.of(partition(partition, offset)))));
    }

    static FetchPartition partition(int partition, long offset) {
        return new FetchPartition().setPartition(partition).setFetchOffset(offset)
                .setPartitionMaxBytes(1 << 20);
    }

    FetchResponseData fetch(WireClient client, FetchRequestData request) {
        return world.ask(client, ApiKeys.FETCH, FETCH_BY_ID, request);
    }

    static List<String> values(PartitionData data) {
        var values = new ArrayList<String>();
        ((MemoryRecords) data.records()).records().forEach(record ->
                values.add(StandardCharsets.UTF_8.decode(record.value()).toString()));
        return values;
    }

    static PartitionData only(FetchResponseData response) {
        return response.responses().getFirst().partitions().getFirst();
    }
}
