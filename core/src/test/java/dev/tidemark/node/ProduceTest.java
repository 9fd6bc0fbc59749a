package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProduceTest {
    private final SimulatedNode world = new SimulatedNode(2, NodeConfig.DEFAULTS);
    private final RecordDesk desk = new RecordDesk(world);
    private WireClient client;

    @BeforeEach
    void start() throws IOException {
        world.start();
        desk.createTopic(RecordDesk.TOPIC, 2, Map.of());
        client = world.connect(0);
    }

    @Test
    void everyVersionIsAnsweredInItsOwnForm() {
        for (int version = 3; version <= 13; version++) {
            ProduceRequestData request = RecordDesk.produceRequest(-1, 0,
                    RecordDesk.records("v" + version));
            request.topicData().iterator().next().setTopicId(desk.topicId());
            ProduceResponseData response = world.ask(client, ApiKeys.PRODUCE, version, request);
            var answer = response.responses().iterator().next().partitionResponses().getFirst();
            assertThat(answer.errorCode()).as("version " + version).isZero();
            assertThat(answer.baseOffset()).isEqualTo(version - 3);
        }
    }

    @Test
    void aDuplicateIsAnsweredWithTheOriginalsOffset() {
        MemoryRecords first = RecordDesk.numbered(7, 0, 0, "a", "b");
        assertThat(desk.produce(client, 1, first).baseOffset()).isZero();
        assertThat(desk.produce(client, 1, RecordDesk.numbered(7, 0, 2, "c")).baseOffset())
                .isEqualTo(2);

        var again = desk.produce(client, 1, RecordDesk.numbered(7, 0, 0, "a", "b"));

        assertThat(again.errorCode()).isZero();
        assertThat(again.baseOffset()).isZero();
        var fetched = desk.fetch(client, desk.fetchRequest(1, 0));
        assertThat(RecordDesk.values(RecordDesk.only(fetched))).containsExactly("a", "b", "c");
    }

    @Test
    void aGapInTheSequenceAndAnOldEpochAreRefused() {
        desk.produce(client, 0, RecordDesk.numbered(7, 1, 0, "a"));

        assertThat(desk.produce(client, 0, RecordDesk.numbered(7, 1, 5, "gap")).errorCode())
                .isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(desk.produce(client, 0, RecordDesk.numbered(7, 0, 1, "old")).errorCode())
                .isEqualTo(Errors.INVALID_PRODUCER_EPOCH.code());
    }

    @Test
    void sequencesAreRememberedAfterALossOfPower() throws IOException {
        desk.produce(client, 0, RecordDesk.numbered(7, 0, 0, "a"));
        world.losePower();
        world.start();
        client = world.connect(1);

        assertThat(desk.produce(client, 0, RecordDesk.numbered(7, 0, 0, "a")).baseOffset())
                .isZero();
        assertThat(desk.produce(client, 0, RecordDesk.numbered(7, 0, 1, "b")).baseOffset())
                .isEqualTo(1);
    }

    @Test
    void withoutAcksNothingIsAnsweredAndTheRecordIsThere() {
        client.send(ApiKeys.PRODUCE, RecordDesk.PRODUCE_BY_NAME,
                RecordDesk.produceRequest(0, 0, RecordDesk.records("silent")));
        client.expectNoAnswer();
        world.scheduler().runForMs(50);

        assertThat(client.receive()).isNull();
        var fetched = desk.fetch(client, desk.fetchRequest(0, 0));
        assertThat(RecordDesk.values(RecordDesk.only(fetched))).containsExactly("silent");
        assertThat(client.connection().heldFrames()).isZero();
    }

    @Test
    void withoutAcksAnErrorClosesTheConnection() {
        client.send(ApiKeys.PRODUCE, RecordDesk.PRODUCE_BY_NAME,
                RecordDesk.produceRequest(0, 99, RecordDesk.records("nowhere")));

        world.await(() -> client.connection().closedBecause() != null);
        assertThat(client.connection().heldFrames()).isZero();
    }

    @Test
    void aWrongChecksumIsRefusedAndHarmsNobody() {
        MemoryRecords broken = RecordDesk.records("broken");
        ByteBuffer bytes = broken.buffer();
        bytes.put(bytes.limit() - 2, (byte) (bytes.get(bytes.limit() - 2) ^ 1));

        assertThat(desk.produce(client, 0, broken).errorCode())
                .isEqualTo(Errors.CORRUPT_MESSAGE.code());
        assertThat(desk.produce(client, 0, RecordDesk.records("whole")).baseOffset()).isZero();
    }

    @Test
    void whatHasNoPlaceIsRefusedByName() {
        assertThat(desk.produce(client, 99, RecordDesk.records("x")).errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        ProduceResponseData badAcks = world.ask(client, ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME,
                RecordDesk.produceRequest(7, 0, RecordDesk.records("x")));
        assertThat(badAcks.responses().iterator().next().partitionResponses().getFirst()
                .errorCode()).isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
    }

    @Test
    void aTransactionIsRefusedAsLongAsThereAreNone() {
        ProduceRequestData request =
                RecordDesk.produceRequest(-1, 0, RecordDesk.records("x")).setTransactionalId("t");
        ProduceResponseData response = world.ask(client, ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME, request);
        assertThat(response.responses().iterator().next().partitionResponses().getFirst()
                .errorCode()).isEqualTo(Errors.INVALID_TXN_STATE.code());
    }

    @Test
    void aFailedSyncAcknowledgesNothingAnyMore() {
        desk.produce(client, 0, RecordDesk.records("before"));
        world.disk().faults().failNextSyncs(1);

        assertThat(desk.produce(client, 0, RecordDesk.records("lost")).errorCode())
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
        assertThat(desk.produce(client, 0, RecordDesk.records("after")).errorCode())
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
        assertThat(desk.produce(client, 1, RecordDesk.records("other")).errorCode())
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
    }

    @Test
    void whatAStalledDiskDoesNotKeepInTimeIsTimedOutAndNotAnsweredAgain() {
        desk.produce(client, 0, RecordDesk.records("before"));
        world.disk().faults().stall(1_000_000, 5_000_000_000L, 5_000_000_001L);
        long askedNs = world.scheduler().nowNs();
        ProduceResponseData late = world.ask(client, ApiKeys.PRODUCE, RecordDesk.PRODUCE_BY_NAME,
                inBothPartitions(1_000));
        long waitedMs = (world.scheduler().nowNs() - askedNs) / 1_000_000;

        assertThat(errors(late)).containsExactly(Errors.REQUEST_TIMED_OUT,
                Errors.REQUEST_TIMED_OUT, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(waitedMs).isBetween(1_000L, 2_000L);
        assertThat(Marks.count("produce timed out")).isPositive();
        world.disk().faults().clear();
        world.scheduler().runForMs(10_000);
        assertThat(client.receive()).isNull();
        assertThat(client.connection().heldFrames()).isZero();
        assertThat(desk.produce(client, 0, RecordDesk.records("after")).baseOffset())
                .isEqualTo(2);
        var fetched = desk.fetch(client, desk.fetchRequest(1, 0));
        assertThat(RecordDesk.values(RecordDesk.only(fetched))).containsExactly("late");
    }

    @Test
    void aTimeOfNoughtLeavesASyncTheTimeThatItTakes() {
        world.disk().faults().stall(1_000_000, 20_000_000, 20_000_001);
        ProduceResponseData response = world.ask(client, ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME, RecordDesk.produceRequest(-1, 0,
                        RecordDesk.records("x")).setTimeoutMs(0));
        assertThat(errors(response)).containsExactly(Errors.NONE);
    }

    private static ProduceRequestData inBothPartitions(int timeoutMs) {
        ProduceRequestData request =
                RecordDesk.produceRequest(-1, 0, RecordDesk.records("late"));
        var rows = new ArrayList<>(request.topicData().iterator().next().partitionData());
        rows.add(new PartitionProduceData().setIndex(1).setRecords(RecordDesk.records("late")));
        rows.add(new PartitionProduceData().setIndex(99).setRecords(RecordDesk.records("lost")));
        request.topicData().iterator().next().setPartitionData(rows);
        return request.setTimeoutMs(timeoutMs);
    }

    private static List<Errors> errors(ProduceResponseData response) {
        return response.responses().iterator().next().partitionResponses().stream()
                .map(row -> Errors.forCode(row.errorCode())).toList();
    }

    @Test
    void requestsOfOneConnectionShareARoundAndAreAnsweredInOrder() {
        for (int i = 0; i < 300; i++) {
            client.send(ApiKeys.PRODUCE, RecordDesk.PRODUCE_BY_NAME,
                    RecordDesk.produceRequest(-1, i % 2, RecordDesk.records("r" + i)));
        }
        for (int i = 0; i < 300; i++) {
            ProduceResponseData[] answer = new ProduceResponseData[1];
            world.await(() -> answer[0] != null
                    || (answer[0] = (ProduceResponseData) client.receive()) != null);
            assertThat(answer[0].responses().iterator().next().partitionResponses().getFirst()
                    .baseOffset()).isEqualTo(i / 2);
        }
        assertThat(client.connection().heldFrames()).isZero();
        assertThat(client.connection().reading()).isTrue();
    }
}
