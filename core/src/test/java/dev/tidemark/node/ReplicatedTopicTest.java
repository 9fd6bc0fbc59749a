package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.node.sim.SimulatedCluster;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A topic that three whole nodes keep, as a producer and a consumer see it.
class ReplicatedTopicTest {
    private static final String TOPIC = "orders";
    private static final long PRODUCER = 900;
    private static final List<Integer> ALL = List.of(1, 2, 3);

    private final SimulatedCluster cluster = new SimulatedCluster(5, 3, Map.of(), Trace.SILENT);
    private final List<String> acked = new ArrayList<>();

    @BeforeEach
    void form() throws IOException {
        cluster.startAll();
        cluster.await(cluster::allServe);
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics().add(new CreatableTopic().setName(TOPIC).setNumPartitions(1)
                .setReplicationFactor((short) 3));
        cluster.ask(cluster.connect(1), ApiKeys.CREATE_TOPICS, 7, request);
        cluster.await(() -> ALL.stream().allMatch(
                id -> cluster.node(id).image().topic(TOPIC) != null));
    }

    private PartitionImage stateAt(int id) {
        return cluster.node(id).image().topic(TOPIC).partition(0);
    }

    private int runningNode() {
        return ALL.stream().filter(id -> cluster.computer(id).isRunning()).findFirst()
                .orElseThrow();
    }

    /// Sends the next record as a client does that tries again until it is acknowledged.
    private void produce() {
        String value = "record " + acked.size();
        for (int i = 0; i < 1_000; i++) {
            int leader = stateAt(runningNode()).leader();
            if (leader > 0 && cluster.computer(leader).isRunning()
                    && attempt(leader, value) == Errors.NONE) {
                acked.add(value);
                return;
            }
            cluster.scheduler().runForMs(10);
        }
        throw new AssertionError("never acknowledged: " + value);
    }

    private Errors attempt(int leader, String value) {
        MemoryRecords records = RecordDesk.numbered(PRODUCER, 0, acked.size(), value);
        var data = new TopicProduceData().setName(TOPIC);
        data.partitionData().add(new PartitionProduceData().setIndex(0).setRecords(records));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(2_000);
        request.topicData().add(data);
        ProduceResponseData answer = cluster.ask(cluster.connect(leader), ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME, request);
        return Errors.forCode(answer.responses().iterator().next().partitionResponses()
                .getFirst().errorCode());
    }

    /// All that a consumer gets from that node.
    private List<String> consume(int id) {
        WireClient client = cluster.connect(id);
        List<String> values = new ArrayList<>();
        while (true) {
            var request = new FetchRequestData().setMaxBytes(1 << 20).setMaxWaitMs(0);
            request.topics().add(new FetchTopic()
                    .setTopicId(cluster.node(id).image().topic(TOPIC).id())
                    .setPartitions(List.of(new FetchPartition().setPartition(0)
                            .setFetchOffset(values.size()).setPartitionMaxBytes(1 << 20))));
            FetchResponseData answer = cluster.ask(client, ApiKeys.FETCH,
                    RecordDesk.FETCH_BY_ID, request);
            PartitionData row = answer.responses().getFirst().partitions().getFirst();
            assertThat(Errors.forCode(row.errorCode())).isEqualTo(Errors.NONE);
            int before = values.size();
            for (Record record : ((MemoryRecords) row.records()).records()) {
                if (record.offset() >= before) {
                    values.add(StandardCharsets.UTF_8.decode(record.value()).toString());
                }
            }
            if (values.size() == before) {
                return values;
            }
        }
    }

    private void awaitInSync() {
        cluster.await(() -> ALL.stream().allMatch(id -> cluster.computer(id).isRunning()
                && cluster.serves(id) && stateAt(id).isr().size() == 3));
    }

    @Test
    void recordsAreOnAllThreeNodesAndReadFromAnyOfThem() {
        for (int i = 0; i < 10; i++) {
            produce();
        }
        cluster.scheduler().runForMs(1_000);
        for (int id : ALL) {
            assertThat(consume(id)).as("node " + id).isEqualTo(acked);
        }
    }

    @Test
    void theDeathOfTheLeaderLosesNothingAndDuplicatesNothing() throws IOException {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                produce();
            }
            int dead = stateAt(runningNode()).leader();
            cluster.kill(dead);
            produce();
            produce();
            cluster.start(dead);
            awaitInSync();
        }
        produce();
        cluster.scheduler().runForMs(1_000);
        for (int id : ALL) {
            assertThat(consume(id)).as("node " + id).isEqualTo(acked);
        }
    }

    @Test
    void theLossOfPowerEverywhereLosesNothing() throws IOException {
        for (int i = 0; i < 10; i++) {
            produce();
        }
        ALL.forEach(cluster::losePower);
        cluster.startAll();
        awaitInSync();
        produce();
        cluster.scheduler().runForMs(1_000);
        for (int id : ALL) {
            assertThat(consume(id)).as("node " + id).isEqualTo(acked);
        }
    }
}
