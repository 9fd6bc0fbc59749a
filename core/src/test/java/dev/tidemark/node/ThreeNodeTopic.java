package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.node.sim.SimulatedCluster;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
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
import org.apache.kafka.common.record.internal.SimpleRecord;

/// A topic with one partition that three whole nodes keep, its only producer, and its consumers.
final class ThreeNodeTopic {
    static final List<Integer> ALL = List.of(1, 2, 3);
    static final String TOPIC = "orders";
    private static final long PRODUCER = 900;
    /// Of the first record; each one is a second later than the one before.
    private static final long FIRST_MS = 1_750_000_000_000L;

    final SimulatedCluster cluster;
    final List<String> acked = new ArrayList<>();

    /// @param configs of the topic
    ThreeNodeTopic(long seed, Map<String, String> configs) throws IOException {
        cluster = new SimulatedCluster(seed, 3, Map.of(), Trace.SILENT);
        cluster.startAll();
        cluster.await(cluster::allServe);
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        var topic = new CreatableTopic().setName(TOPIC).setNumPartitions(1)
                .setReplicationFactor((short) 3);
        configs.forEach((name, value) -> topic.configs()
                .add(new CreatableTopicConfig().setName(name).setValue(value)));
        request.topics().add(topic);
        cluster.ask(cluster.connect(1), ApiKeys.CREATE_TOPICS, 7, request);
        cluster.await(() -> ALL.stream().allMatch(
                id -> cluster.node(id).image().topic(TOPIC) != null));
    }

    /// The partition as the node knows it; null if it knows nothing of it yet.
    private PartitionImage stateAt(int id) {
        LogServer node = cluster.computer(id).isRunning() ? cluster.node(id) : null;
        TopicImage topic = node == null ? null : node.image().topic(TOPIC);
        return topic == null ? null : topic.partition(0);
    }

    /// The partition as the node knows it that knows most; null if nobody knows of it.
    PartitionImage state() {
        return ALL.stream().map(this::stateAt).filter(Objects::nonNull)
                .max(Comparator.comparingInt(PartitionImage::partitionEpoch)).orElse(null);
    }

    /// The broker that leads; -1 if nobody does.
    int leader() {
        PartitionImage state = state();
        return state == null ? PartitionImage.NO_LEADER : state.leader();
    }

    /// Stops a node in good order: all that it has is in its segments.
    void stop(int id) throws IOException {
        var letGo = new boolean[1];
        cluster.node(id).leave(() -> letGo[0] = true);
        cluster.await(() -> letGo[0]);
        cluster.computer(id).halt();
        cluster.node(id).close();
        cluster.kill(id);
    }

    /// Sends the next record as a client does that tries again until it is acknowledged.
    void produce() {
        String value = "record " + acked.size();
        for (int i = 0; i < 1_000; i++) {
            int leader = leader();
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
        MemoryRecords records = MemoryRecords.withIdempotentRecords(Compression.NONE, PRODUCER,
                (short) 0, acked.size(), new SimpleRecord(FIRST_MS + 1_000L * acked.size(), null,
                        value.getBytes(StandardCharsets.UTF_8)));
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
    List<String> consume(int id) {
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

    void awaitInSync() {
        cluster.await(() -> ALL.stream().allMatch(id -> cluster.computer(id).isRunning()
                && cluster.serves(id) && stateAt(id) != null
                && stateAt(id).isr().size() == 3));
    }
}
