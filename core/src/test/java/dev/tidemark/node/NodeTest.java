package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ControlCommand;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// One record through the whole path: client, wire, partition, journal, sync, ack, fetch.
class NodeTest {
    private final SimulatedNode world = new SimulatedNode(1, NodeConfig.DEFAULTS);

    @Test
    void whatIsAcknowledgedIsFetched() throws IOException {
        world.start();
        createTopic("orders", 3);
        WireClient client = world.connect(0);

        assertThat(produce(client, 2, "one", "two").baseOffset()).isZero();
        assertThat(produce(client, 2, "three").baseOffset()).isEqualTo(2);

        assertThat(fetch(client, 2, 0, 0)).containsExactly("one", "two", "three");
        assertThat(fetch(client, 2, 2, 0)).containsExactly("three");
        assertThat(client.connection().heldFrames()).isZero();
    }

    @Test
    void aFetchThatFindsTooLittleWaitsForTheNextRecord() throws IOException {
        world.start();
        createTopic("orders", 1);
        WireClient reader = world.connect(0);
        WireClient writer = world.connect(1);

        reader.send(ApiKeys.FETCH, 13, fetchRequest(0, 0, 30_000));
        world.scheduler().runForMs(100);
        assertThat(reader.receive()).isNull();
        produce(writer, 0, "late");

        var answer = new FetchResponseData[1];
        world.await(() -> answer[0] != null
                || (answer[0] = (FetchResponseData) reader.receive()) != null);
        assertThat(values(answer[0])).containsExactly("late");
    }

    @Test
    void whatIsAcknowledgedSurvivesALossOfPower() throws IOException {
        for (int round = 0; round < 20; round++) {
            var other = new SimulatedNode(round, NodeConfig.DEFAULTS);
            other.start();
            createTopic(other, "orders", 2);
            WireClient client = other.connect(0);
            var expected = new ArrayList<String>();
            for (int i = 0; i < 10; i++) {
                expected.add("record " + i);
                produce(other, client, 1, "record " + i);
            }

            other.losePower();
            other.start();

            assertThat(fetch(other, other.connect(1), 1, 0, 0)).isEqualTo(expected);
        }
    }

    @Test
    void aCleanStopKeepsEverything() throws IOException {
        world.start();
        createTopic("orders", 1);
        produce(world.connect(0), 0, "kept");
        world.stop();

        world.start();

        assertThat(fetch(world.connect(0), 0, 0, 0)).containsExactly("kept");
    }

    @Test
    void anUnknownVersionOfApiVersionsIsAnsweredInVersionZero() throws IOException {
        world.start();
        WireClient client = world.connect(0);
        ByteBuffer request = ByteBuffer.allocate(10);
        request.putShort(ApiKeys.API_VERSIONS.id).putShort((short) 99).putInt(7)
                .putShort((short) -1).flip();
        client.connection().deliver(request);

        var frames = new ArrayList<ByteBuffer>();
        world.await(() -> !frames.isEmpty() || frames.addAll(client.connection().take()));
        ByteBuffer answer = frames.getFirst();
        assertThat(answer.getInt()).isEqualTo(7);
        assertThat(answer.getShort()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(answer.getInt()).isEqualTo(1);
    }

    @Test
    void apiVersionsListsWhatIsServedAndNothingElse() throws IOException {
        world.start();
        ApiVersionsResponseData all = world.ask(world.connect(0), ApiKeys.API_VERSIONS, 4,
                new ApiVersionsRequestData().setClientSoftwareName("test")
                        .setClientSoftwareVersion("1"));

        assertThat(all.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(all.apiKeys().find(ApiKeys.PRODUCE.id).minVersion()).isZero();
        assertThat(all.apiKeys().find(ApiKeys.FETCH.id).maxVersion()).isEqualTo((short) 18);
        assertThat(all.apiKeys().find(ApiKeys.ADD_OFFSETS_TO_TXN.id)).isNull();
    }

    @Test
    void bytesThatAreNoRequestCloseTheConnection() throws IOException {
        world.start();
        WireClient client = world.connect(0);

        client.connection().deliver(ByteBuffer.wrap(new byte[] {0x7f, 0x7f, 0, 0, 0, 0, 0, 1}));

        world.await(() -> client.connection().closedBecause() != null);
        assertThat(client.connection().closedBecause()).contains("unknown API key");
        assertThat(client.connection().heldFrames()).isZero();
    }

    private void createTopic(String name, int partitions) {
        createTopic(world, name, partitions);
    }

    private static void createTopic(SimulatedNode on, String name, int partitions) {
        on.node().createTopic(new ControlCommand.NewTopic(name, partitions, 1, List.of(),
                Map.of()));
        on.await(() -> on.node().image().topic(name) != null);
    }

    private ProduceResponseData.PartitionProduceResponse produce(WireClient client, int partition,
            String... values) {
        return produce(world, client, partition, values);
    }

    private static ProduceResponseData.PartitionProduceResponse produce(SimulatedNode on,
            WireClient client, int partition, String... values) {
        var records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(values[i].getBytes(StandardCharsets.UTF_8));
        }
        var topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData().setName("orders").setPartitionData(List.of(
                new PartitionProduceData().setIndex(partition)
                        .setRecords(MemoryRecords.withRecords(Compression.NONE, records)))));
        ProduceResponseData response = on.ask(client, ApiKeys.PRODUCE, 12,
                new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000)
                        .setTopicData(topics));
        var answer = response.responses().iterator().next().partitionResponses().getFirst();
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        return answer;
    }

    private List<String> fetch(WireClient client, int partition, long offset, int maxWaitMs) {
        return fetch(world, client, partition, offset, maxWaitMs);
    }

    private static List<String> fetch(SimulatedNode on, WireClient client, int partition,
            long offset, int maxWaitMs) {
        FetchRequestData request = fetchRequest(on, partition, offset, maxWaitMs);
        FetchResponseData response = on.ask(client, ApiKeys.FETCH, 13, request);
        return values(response);
    }

    private FetchRequestData fetchRequest(int partition, long offset, int maxWaitMs) {
        return fetchRequest(world, partition, offset, maxWaitMs);
    }

    private static FetchRequestData fetchRequest(SimulatedNode on, int partition, long offset,
            int maxWaitMs) {
        Uuid id = on.node().image().topic("orders").id();
        return new FetchRequestData().setMaxWaitMs(maxWaitMs).setMinBytes(1)
                .setTopics(List.of(new FetchTopic().setTopicId(id).setPartitions(List.of(
                        new FetchPartition().setPartition(partition).setFetchOffset(offset)
                                .setPartitionMaxBytes(1 << 20)))));
    }

    private static List<String> values(FetchResponseData response) {
        assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.NONE);
        var data = response.responses().getFirst().partitions().getFirst();
        assertThat(Errors.forCode(data.errorCode())).isEqualTo(Errors.NONE);
        var values = new ArrayList<String>();
        ((MemoryRecords) data.records()).records().forEach(record ->
                values.add(StandardCharsets.UTF_8.decode(record.value()).toString()));
        return values;
    }
}
