package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// A compacted topic of a whole node is cleaned by itself.
class CleaningTest {
    private static final int KEYS = 5;
    private static final int WRITES = 200;
    private static final String THROTTLE = "log.cleaner.io.max.bytes.per.second";

    private final SimulatedNode world = new SimulatedNode(1, NodeConfig.DEFAULTS);
    private final RecordDesk desk = new RecordDesk(world);

    private static MemoryRecords keyed(int number) {
        long timestamp = 1_750_000_000_000L + number * 20L;
        return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(timestamp,
                ("key " + number % KEYS).getBytes(StandardCharsets.UTF_8),
                ("value " + number).getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> all(WireClient client) {
        var values = new ArrayList<String>();
        long next = 0;
        while (next < WRITES) {
            var data = RecordDesk.only(desk.fetch(client, desk.fetchRequest(0, next)));
            values.addAll(RecordDesk.values(data));
            long before = next;
            for (var batch : ((MemoryRecords) data.records()).batches()) {
                next = Math.max(next, batch.lastOffset() + 1);
            }
            assertThat(next).isGreaterThan(before);
        }
        return values;
    }

    private void alter(WireClient client, ConfigResource.Type type, String name, String key,
            String value) {
        var config = new AlterableConfig().setName(key).setValue(value)
                .setConfigOperation(AlterConfigOp.OpType.SET.id());
        var resource = new AlterConfigsResource().setResourceName(name)
                .setResourceType(type.id());
        resource.configs().add(config);
        var request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource);
        IncrementalAlterConfigsResponseData response =
                world.ask(client, ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, request);
        assertThat(response.responses()).singleElement().satisfies(answer ->
                assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code()));
    }

    @Test
    void cleaningIsAsFastAsItIsAllowedToBeAtThatTime() throws IOException {
        world.start();
        desk.createTopic(RecordDesk.TOPIC, 1, Map.of("cleanup.policy", "compact",
                "segment.ms", "100"));
        WireClient client = world.connect(0);
        alter(client, ConfigResource.Type.BROKER, "1", THROTTLE, "1");
        for (int i = 0; i < WRITES; i++) {
            assertThat(desk.produce(client, 0, keyed(i)).errorCode())
                    .isEqualTo(Errors.NONE.code());
        }
        long before = Marks.count("cleaning waits so as not to be too fast");
        world.scheduler().runForMs(60_000);
        assertThat(Marks.count("cleaning waits so as not to be too fast")).isGreaterThan(before);
        assertThat(all(client)).hasSize(WRITES);
        alter(client, ConfigResource.Type.BROKER, "1", THROTTLE, "1000000");
        world.scheduler().runForMs(30_000);
        assertThat(all(client)).hasSizeLessThan(WRITES / 4).contains("value " + (WRITES - 1));
    }

    private Errors commit(WireClient client, long offset) {
        var partition = new OffsetCommitRequestPartition().setPartitionIndex(0)
                .setCommittedOffset(offset);
        OffsetCommitResponseData response = world.ask(client, ApiKeys.OFFSET_COMMIT, 9,
                new OffsetCommitRequestData().setGroupId("readers")
                        .setTopics(List.of(new OffsetCommitRequestTopic().setName(RecordDesk.TOPIC)
                                .setPartitions(List.of(partition)))));
        return Errors.forCode(response.topics().getFirst().partitions().getFirst().errorCode());
    }

    private void findCoordinator(WireClient client) {
        var request = new FindCoordinatorRequestData().setCoordinatorKeys(List.of("readers"));
        for (int i = 0; i < 100; i++) {
            FindCoordinatorResponseData found =
                    world.ask(client, ApiKeys.FIND_COORDINATOR, 6, request);
            if (found.coordinators().getFirst().errorCode() == Errors.NONE.code()) {
                return;
            }
            world.scheduler().runForMs(100);
        }
        throw new AssertionError("no coordinator");
    }

    private long bytesOf(String topic) throws IOException {
        long bytes = 0;
        for (String directory : world.disk().list("")) {
            List<String> names = directory.startsWith(topic)
                    ? world.disk().list(directory) : List.of();
            for (String name : names) {
                if (name.endsWith(".log")) {
                    bytes += world.disk().open(directory + '/' + name).size();
                }
            }
        }
        return bytes;
    }

    @Test
    void theOffsetsOfGroupsAreCleaned() throws IOException {
        world.start();
        desk.createTopic(RecordDesk.TOPIC, 1, Map.of());
        WireClient client = world.connect(0);
        findCoordinator(client);
        alter(client, ConfigResource.Type.TOPIC, "__consumer_offsets", "segment.ms", "100");
        for (int i = 0; i < WRITES; i++) {
            assertThat(commit(client, i)).isEqualTo(Errors.NONE);
            world.scheduler().runForMs(20);
        }
        long before = bytesOf("__consumer_offsets");
        world.scheduler().runForMs(60_000);
        assertThat(bytesOf("__consumer_offsets")).isBetween(1L, before / 4);
        world.losePower();
        world.start();
        var request = new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId("readers").setTopics(null)));
        WireClient again = world.connect(1);
        findCoordinator(again);
        OffsetFetchResponseData fetched = world.ask(again, ApiKeys.OFFSET_FETCH, 9, request);
        assertThat(fetched.groups().getFirst().topics().getFirst().partitions().getFirst()
                .committedOffset()).isEqualTo(WRITES - 1);
    }

    @Test
    void aLogThatCannotBeCleanedKeepsNoOtherFromIt() throws IOException {
        world.start();
        var compacted = Map.of("cleanup.policy", "compact", "segment.ms", "100");
        desk.createTopic(RecordDesk.TOPIC, 2, compacted);
        WireClient client = world.connect(0);
        for (int i = 0; i < 2 * WRITES; i++) {
            assertThat(desk.produce(client, i % 2, keyed(i / 2)).errorCode())
                    .isEqualTo(Errors.NONE.code());
        }
        // Behind the header of the first batch: only its checksum tells.
        world.disk().flip(RecordDesk.TOPIC + "-1/00000000000000000000.log", 8 * 70);
        long before = bytesOf(RecordDesk.TOPIC + "-1");
        world.scheduler().runForMs(60_000);
        assertThat(bytesOf(RecordDesk.TOPIC + "-1")).isEqualTo(before);
        assertThat(all(client)).hasSizeLessThan(WRITES / 4);
    }

    @Test
    void aCleaningThatHasEndedLeavesNothingToAStart() throws IOException {
        long before = Marks.count("swap of a cleaned segment finished after a crash");
        for (int seed = 1; seed <= 6; seed++) {
            var one = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            var its = new RecordDesk(one);
            one.start();
            its.createTopic(RecordDesk.TOPIC, 1, Map.of("cleanup.policy", "compact",
                    "segment.ms", "100"));
            WireClient client = one.connect(0);
            for (int i = 0; i < KEYS * 5; i++) {
                its.produce(client, 0, keyed(i));
            }
            one.scheduler().runForMs(40_000);
            one.losePower();
            one.start();
            its.fetch(one.connect(1), its.fetchRequest(0, 0));
        }

        assertThat(Marks.count("swap of a cleaned segment finished after a crash"))
                .isEqualTo(before);
    }

    @Test
    void oldValuesOfAKeyGoAwayAndStayAwayAfterALossOfPower() throws IOException {
        world.start();
        desk.createTopic(RecordDesk.TOPIC, 1, Map.of("cleanup.policy", "compact",
                "segment.ms", "100"));
        WireClient client = world.connect(0);
        for (int i = 0; i < WRITES; i++) {
            assertThat(desk.produce(client, 0, keyed(i)).errorCode())
                    .isEqualTo(Errors.NONE.code());
        }
        assertThat(all(client)).hasSize(WRITES);

        world.scheduler().runForMs(40_000);

        List<String> cleaned = all(client);
        assertThat(cleaned).hasSizeLessThan(WRITES / 4);
        assertThat(cleaned).contains("value " + (WRITES - 1));
        world.losePower();
        world.start();
        assertThat(all(world.connect(1))).containsExactlyElementsOf(cleaned);
    }
}
