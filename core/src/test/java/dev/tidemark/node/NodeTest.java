package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.junit.jupiter.api.Test;

/// One record through the whole path: client, wire, partition, journal, sync, ack, fetch.
class NodeTest {
    private final SimulatedNode world = new SimulatedNode(1, NodeConfig.DEFAULTS);
    private final RecordDesk desk = new RecordDesk(world);

    @Test
    void aClientThatMeantAnotherNodeIsSentBackToItsBootstrap() throws IOException {
        world.start();
        var client = world.connect(0);
        String cluster = world.node().dir().clusterId();
        assertThat(versionsFor(client, cluster, 1)).isEqualTo(Errors.NONE);
        assertThat(versionsFor(client, null, -1)).isEqualTo(Errors.NONE);
        assertThat(versionsFor(client, cluster, 2)).isEqualTo(Errors.REBOOTSTRAP_REQUIRED);
        assertThat(versionsFor(client, "another", 1)).isEqualTo(Errors.REBOOTSTRAP_REQUIRED);
        assertThat(versionsFor(client, null, 1)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(versionsFor(client, cluster, -1)).isEqualTo(Errors.INVALID_REQUEST);
    }

    private Errors versionsFor(WireClient client, String clusterId, int nodeId) {
        ApiVersionsResponseData answer = world.ask(client, ApiKeys.API_VERSIONS, 5,
                new ApiVersionsRequestData().setClientSoftwareName("test")
                        .setClientSoftwareVersion("1").setClusterId(clusterId)
                        .setNodeId(nodeId));
        return Errors.forCode(answer.errorCode());
    }

    @Test
    void whatIsAcknowledgedIsFetched() throws IOException {
        WireClient client = start(3);

        assertThat(produce(client, 2, "one", "two")).isZero();
        assertThat(produce(client, 2, "three")).isEqualTo(2);

        assertThat(fetch(client, 2, 0)).containsExactly("one", "two", "three");
        assertThat(fetch(client, 2, 2)).containsExactly("three");
        assertThat(client.connection().heldFrames()).isZero();
    }

    @Test
    void aFetchThatFindsTooLittleWaitsForTheNextRecord() throws IOException {
        WireClient reader = start(1);
        WireClient writer = world.connect(1);

        reader.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                desk.fetchRequest(0, 0).setMaxWaitMs(30_000));
        world.scheduler().runForMs(100);
        assertThat(reader.receive()).isNull();
        produce(writer, 0, "late");

        var answer = new FetchResponseData[1];
        world.await(() -> answer[0] != null
                || (answer[0] = (FetchResponseData) reader.receive()) != null);
        assertThat(RecordDesk.values(RecordDesk.only(answer[0]))).containsExactly("late");
    }

    @Test
    void whatIsAcknowledgedSurvivesALossOfPower() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            var other = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            var otherDesk = new RecordDesk(other);
            other.start();
            otherDesk.createTopic(RecordDesk.TOPIC, 2, Map.of());
            WireClient client = other.connect(0);
            var expected = new ArrayList<String>();
            for (int i = 0; i < 10; i++) {
                expected.add("record " + i);
                otherDesk.produce(client, 1, RecordDesk.records("record " + i));
            }

            other.losePower();
            other.start();

            var fetched = otherDesk.fetch(other.connect(1), otherDesk.fetchRequest(1, 0));
            assertThat(RecordDesk.values(RecordDesk.only(fetched))).as("seed " + seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aCleanStopKeepsEverything() throws IOException {
        produce(start(1), 0, "kept");
        world.stop();

        world.start();

        assertThat(fetch(world.connect(0), 0, 0)).containsExactly("kept");
    }

    @Test
    void aTopicObeysTheLastOfSeveralChangesAfterARestart() throws IOException {
        // To `os` and back: the last change gives what the topic was created with.
        WireClient client = start(1);
        setDurability(client, "os");
        setDurability(client, "sync");
        world.stop();
        world.start();
        produce(world.connect(0), 0, "kept");

        world.losePower();
        world.start();

        assertThat(fetch(world.connect(0), 0, 0)).containsExactly("kept");
    }

    private void setDurability(WireClient client, String durability) {
        var configs = new IncrementalAlterConfigsRequestData.AlterableConfigCollection();
        configs.add(new IncrementalAlterConfigsRequestData.AlterableConfig()
                .setName("tidemark.durability").setValue(durability));
        var request = new IncrementalAlterConfigsRequestData();
        request.resources().add(new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(ConfigResource.Type.TOPIC.id())
                .setResourceName(RecordDesk.TOPIC).setConfigs(configs));
        IncrementalAlterConfigsResponseData answer = world.ask(client,
                ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, request);
        assertThat(answer.responses().getFirst().errorCode()).isZero();
    }

    @Test
    void aDamagedLogIsOfflineAlone() throws IOException {
        WireClient before = start(2);
        produce(before, 0, "damaged");
        produce(before, 1, "whole");
        world.stop();
        // The batch's format version.
        world.disk().flip(RecordDesk.TOPIC + "-0/00000000000000000000.log", 16 * 8);

        world.start();

        WireClient client = world.connect(0);
        assertThat(fetch(client, 1, 0)).containsExactly("whole");
        assertThat(desk.produce(client, 0, RecordDesk.records("more")).errorCode())
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
        assertThat(RecordDesk.only(desk.fetch(client, desk.fetchRequest(0, 0))).errorCode())
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
        assertThat(produce(client, 1, "more")).isEqualTo(1);
    }

    @Test
    void aDamagedLogIsReadUpToItsDamage() throws IOException {
        WireClient before = start(1);
        produce(before, 0, "sound");
        produce(before, 0, "damaged");
        world.stop();
        int second = RecordDesk.records("sound").sizeInBytes();
        world.disk().flip(RecordDesk.TOPIC + "-0/00000000000000000000.log", (second + 16) * 8L);

        world.start();

        WireClient client = world.connect(0);
        short refused = Errors.KAFKA_STORAGE_ERROR.code();
        assertThat(fetch(client, 0, 0)).containsExactly("sound");
        assertThat(RecordDesk.only(desk.fetch(client, desk.fetchRequest(0, 1))).errorCode())
                .isEqualTo(refused);
        assertThat(desk.produce(client, 0, RecordDesk.records("more")).errorCode())
                .isEqualTo(refused);
        assertThat(offsetOf(client, ListOffsetsRequest.EARLIEST_TIMESTAMP).offset()).isZero();
        assertThat(offsetOf(client, 0).offset()).isZero();
        assertThat(offsetOf(client, Long.MAX_VALUE).errorCode()).isEqualTo(refused);
        assertThat(offsetOf(client, ListOffsetsRequest.LATEST_TIMESTAMP).errorCode())
                .isEqualTo(refused);
    }

    private ListOffsetsPartitionResponse offsetOf(WireClient client, long timestamp) {
        ListOffsetsResponseData answer = world.ask(client, ApiKeys.LIST_OFFSETS, 7,
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(
                        new ListOffsetsTopic().setName(RecordDesk.TOPIC).setPartitions(List.of(
                                new ListOffsetsPartition().setTimestamp(timestamp))))));
        return answer.topics().getFirst().partitions().getFirst();
    }

    @Test
    void anUnknownVersionOfApiVersionsIsAnsweredInVersionZero() throws IOException {
        WireClient client = start(1);
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
        ApiVersionsResponseData all = world.ask(start(1), ApiKeys.API_VERSIONS, 4,
                new ApiVersionsRequestData().setClientSoftwareName("test")
                        .setClientSoftwareVersion("1"));

        assertThat(all.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(all.apiKeys().find(ApiKeys.PRODUCE.id).minVersion()).isZero();
        assertThat(all.apiKeys().find(ApiKeys.FETCH.id).maxVersion()).isEqualTo((short) 18);
        assertThat(all.apiKeys().find(ApiKeys.ADD_OFFSETS_TO_TXN.id)).isNull();
    }

    @Test
    void bytesThatAreNoRequestCloseTheConnection() throws IOException {
        WireClient client = start(1);

        client.connection().deliver(ByteBuffer.wrap(new byte[] {0x7f, 0x7f, 0, 0, 0, 0, 0, 1}));

        world.await(() -> client.connection().closedBecause() != null);
        assertThat(client.connection().closedBecause()).contains("unknown API key");
        assertThat(client.connection().heldFrames()).isZero();
    }

    private WireClient start(int partitions) throws IOException {
        world.start();
        desk.createTopic(RecordDesk.TOPIC, partitions, Map.of());
        return world.connect(0);
    }

    private long produce(WireClient client, int partition, String... values) {
        var answer = desk.produce(client, partition, RecordDesk.records(values));
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        return answer.baseOffset();
    }

    private List<String> fetch(WireClient client, int partition, long offset) {
        var data = RecordDesk.only(desk.fetch(client, desk.fetchRequest(partition, offset)));
        assertThat(Errors.forCode(data.errorCode())).isEqualTo(Errors.NONE);
        return RecordDesk.values(data);
    }
}
