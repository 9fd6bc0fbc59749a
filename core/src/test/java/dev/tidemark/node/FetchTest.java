package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchTest {
    private final SimulatedNode world = new SimulatedNode(3, NodeConfig.DEFAULTS);
    private final RecordDesk desk = new RecordDesk(world);
    private WireClient client;

    @BeforeEach
    void start() throws IOException {
        world.start();
        desk.createTopic(RecordDesk.TOPIC, 3, Map.of());
        client = world.connect(0);
    }

    @Test
    void everyVersionFindsTheRecord() {
        desk.produce(client, 0, RecordDesk.records("here"));
        for (int version = 4; version <= 18; version++) {
            FetchResponseData response =
                    world.ask(client, ApiKeys.FETCH, version, desk.fetchRequest(0, 0));
            assertThat(RecordDesk.values(RecordDesk.only(response))).as("version " + version)
                    .containsExactly("here");
        }
    }

    @Test
    void anIncrementalSessionTellsOnlyWhatIsNew() {
        FetchRequestData full = fullSession(0);
        FetchResponseData first = desk.fetch(client, full);
        assertThat(first.sessionId()).isNotZero();
        assertThat(first.responses().getFirst().partitions()).hasSize(3);

        assertThat(desk.fetch(client, next(first.sessionId(), 1)).responses()).isEmpty();
        desk.produce(client, 1, RecordDesk.records("news"));
        FetchResponseData third = desk.fetch(client, next(first.sessionId(), 2));

        assertThat(third.responses().getFirst().partitions()).hasSize(1);
        assertThat(RecordDesk.values(RecordDesk.only(third))).containsExactly("news");
    }

    @Test
    void aSessionForgetsWhatItIsToldToForget() {
        int session = desk.fetch(client, fullSession(0)).sessionId();
        desk.fetch(client, next(session, 1).setForgottenTopicsData(List.of(
                new ForgottenTopic().setTopicId(desk.topicId()).setPartitions(List.of(1)))));
        desk.produce(client, 1, RecordDesk.records("unseen"));

        assertThat(desk.fetch(client, next(session, 2)).responses()).isEmpty();
    }

    @Test
    void aWrongEpochAndAnUnknownSessionAreRefused() {
        int session = desk.fetch(client, fullSession(0)).sessionId();

        assertThat(desk.fetch(client, next(session, 7)).errorCode())
                .isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH.code());
        assertThat(desk.fetch(client, next(session + 1, 1)).errorCode())
                .isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
    }

    @Test
    void aSessionEndsWithItsConnection() {
        int session = desk.fetch(client, fullSession(0)).sessionId();
        client.connection().hangUp();
        world.scheduler().runForMs(10);

        WireClient again = world.connect(0);
        assertThat(desk.fetch(again, next(session, 1)).errorCode())
                .isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
    }

    @Test
    void aParkedFetchIsAnsweredWhenItsTimeIsOver() {
        client.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                desk.fetchRequest(0, 0).setMaxWaitMs(200));
        world.scheduler().runForMs(150);
        assertThat(client.receive()).isNull();
        world.scheduler().runForMs(100);

        var answer = (FetchResponseData) client.receive();
        assertThat(RecordDesk.only(answer).errorCode()).isZero();
        assertThat(RecordDesk.values(RecordDesk.only(answer))).isEmpty();
    }

    @Test
    void aFetchWaitsUntilThereIsAsMuchAsItAskedFor() {
        client.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                desk.fetchRequest(0, 0).setMaxWaitMs(60_000).setMinBytes(200));
        WireClient writer = world.connect(1);
        desk.produce(writer, 0, RecordDesk.records("a"));
        world.scheduler().runForMs(20);
        assertThat(client.receive()).isNull();
        desk.produce(writer, 0, RecordDesk.records("b".repeat(200)));

        var answer = new FetchResponseData[1];
        world.await(() -> answer[0] != null
                || (answer[0] = (FetchResponseData) client.receive()) != null);
        assertThat(RecordDesk.values(RecordDesk.only(answer[0]))).hasSize(2);
    }

    @Test
    void fetchesWithoutASessionThatWaitSideBySideAreEachWoken() {
        for (int partition = 0; partition < 3; partition++) {
            client.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                    desk.fetchRequest(partition, 0).setMaxWaitMs(60_000));
        }
        WireClient writer = world.connect(1);
        for (int partition = 0; partition < 3; partition++) {
            world.scheduler().runForMs(20);
            assertThat(client.receive()).isNull();
            desk.produce(writer, partition, RecordDesk.records("for " + partition));
            world.scheduler().runForMs(100);
            var answer = (FetchResponseData) client.receive();
            assertThat(answer).as("fetch of " + partition).isNotNull();
            assertThat(RecordDesk.values(RecordDesk.only(answer)))
                    .containsExactly("for " + partition);
        }
    }

    @Test
    void olderSegmentsAreReadThroughOffloadAndTheEndOfTheLogIsNot() throws IOException {
        fillSegments();
        long before = Marks.count("fetch reads files");
        var last = RecordDesk.only(desk.fetch(client, longFetch(2)));
        assertThat(RecordDesk.values(last)).containsExactly("2".repeat(700_000));
        assertThat(Marks.count("fetch reads files")).as("no hop at the end").isEqualTo(before);

        var first = RecordDesk.only(desk.fetch(client, longFetch(0)));
        assertThat(RecordDesk.values(first)).containsExactly("0".repeat(700_000));
        assertThat(Marks.count("fetch reads files")).isGreaterThan(before);
    }

    @Test
    void aFetchOfOlderSegmentsWaitsForMoreAndHearsWhatComesWhileItReads() throws IOException {
        fillSegments();
        WireClient writer = world.connect(1);
        client.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                longFetch(0).setMaxWaitMs(5_000).setMinBytes(5 << 20));
        for (int i = 0; i < 20; i++) {
            desk.produce(writer, 0, RecordDesk.records("more"));
        }
        assertThat(client.receive()).isNull();
        world.scheduler().runForMs(6_000);

        var answer = (FetchResponseData) client.receive();
        assertThat(RecordDesk.values(RecordDesk.only(answer))).hasSize(1);
        assertThat(client.connection().heldFrames()).isZero();
    }

    @Test
    void aFetchOfOlderSegmentsEndsWithItsConnection() throws IOException {
        fillSegments();
        client.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                longFetch(0).setMaxWaitMs(60_000).setMinBytes(5 << 20));
        client.connection().hangUp();
        world.scheduler().runForMs(1_000);

        assertThat(client.connection().heldFrames()).isZero();
    }

    private void fillSegments() throws IOException {
        desk.createTopic("long", 1, Map.of("segment.bytes", "1048576"));
        for (int i = 0; i < 3; i++) {
            ProduceRequestData request = RecordDesk.produceRequest(-1, 0,
                    RecordDesk.records(String.valueOf(i).repeat(700_000)));
            request.topicData().iterator().next().setName("long");
            world.ask(client, ApiKeys.PRODUCE, RecordDesk.PRODUCE_BY_NAME, request);
        }
    }

    private FetchRequestData longFetch(long offset) {
        FetchRequestData request = desk.fetchRequest(0, offset);
        request.topics().getFirst().setTopicId(world.node().image().topic("long").id());
        return request;
    }

    @Test
    void aBatchLongerThanTheBoundsIsReturnedWhole() {
        desk.produce(client, 0, RecordDesk.records("x".repeat(5000)));
        FetchRequestData request = desk.fetchRequest(0, 0).setMaxBytes(10);
        request.topics().getFirst().partitions().getFirst().setPartitionMaxBytes(10);

        assertThat(RecordDesk.values(RecordDesk.only(desk.fetch(client, request)))).hasSize(1);
    }

    @Test
    void offsetsOutsideTheLogAndStaleEpochsGetTheirErrors() {
        desk.produce(client, 0, RecordDesk.records("a"));

        assertThat(RecordDesk.only(desk.fetch(client, desk.fetchRequest(0, 9))).errorCode())
                .isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        FetchRequestData ahead = desk.fetchRequest(0, 0);
        ahead.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(9);
        assertThat(RecordDesk.only(desk.fetch(client, ahead)).errorCode())
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        for (Uuid id : List.of(Uuid.ONE_UUID, Uuid.ZERO_UUID)) {
            FetchRequestData unknown = desk.fetchRequest(0, 0);
            unknown.topics().getFirst().setTopicId(id);
            assertThat(RecordDesk.only(desk.fetch(client, unknown)).errorCode())
                    .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
        }
    }

    @Test
    void aFetchThatIsParkedEndsWithItsConnection() {
        client.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                desk.fetchRequest(0, 0).setMaxWaitMs(Integer.MAX_VALUE));
        world.scheduler().runForMs(50);
        WireClient other = world.connect(1);
        other.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID,
                fullSession(0).setMaxWaitMs(Integer.MAX_VALUE));
        // This one hangs up before the logs that it asks for have been opened.
        other.connection().hangUp();
        client.connection().hangUp();
        world.scheduler().runForMs(50);

        assertThat(client.connection().heldFrames()).isZero();
        assertThat(other.connection().heldFrames()).isZero();
    }

    @Test
    void aFetchThatWaitsGivesItsBytesBackAndThereIsRoomForSoManyOfThem() {
        long before = Marks.count("a fetch finds no place to wait");
        List<WireClient> clients = manyLargeFetches(0);
        List<WireClient> waiting = unanswered(clients);
        assertThat(waiting).hasSizeBetween(1, clients.size() - 1);
        assertThat(waiting).allMatch(one -> one.connection().heldFrames() == 0);
        assertThat(Marks.count("a fetch finds no place to wait") - before)
                .isEqualTo(clients.size() - waiting.size());
        assertThat(unanswered(manyLargeFetches(1))).as("another loop has room of its own")
                .isNotEmpty();

        waiting.forEach(one -> one.connection().hangUp());
        world.scheduler().runForMs(50);
        assertThat(unanswered(manyLargeFetches(0))).as("who goes leaves its room to others")
                .hasSameSizeAs(waiting);
    }

    /// They ask for the same over and over, for what does not come.
    private List<WireClient> manyLargeFetches(int loop) {
        List<WireClient> clients = new ArrayList<>();
        var partitions = Collections.nCopies(20_000, RecordDesk.partition(0, 0));
        for (int i = 0; i < 16; i++) {
            var one = world.connect(loop);
            one.send(ApiKeys.FETCH, RecordDesk.FETCH_BY_ID, new FetchRequestData()
                    .setMaxWaitMs(Integer.MAX_VALUE).setMinBytes(1).setSessionEpoch(-1)
                    .setTopics(List.of(new FetchTopic().setTopicId(desk.topicId())
                            .setPartitions(partitions))));
            clients.add(one);
        }
        world.scheduler().runForMs(50);
        return clients;
    }

    private static List<WireClient> unanswered(List<WireClient> clients) {
        return clients.stream().filter(one -> one.receive() == null).toList();
    }

    @Test
    void aNegativeBoundIsABoundOfNothing() {
        desk.produce(client, 0, RecordDesk.records("a"));
        desk.produce(client, 1, RecordDesk.records("b"));
        FetchRequestData request = fullSession(0).setSessionEpoch(-1)
                .setMaxBytes(Integer.MIN_VALUE);

        assertThat(desk.fetch(client, request).responses().getFirst().partitions())
                .filteredOn(partition -> partition.records().sizeInBytes() > 0).hasSize(1);
    }

    private FetchRequestData fullSession(long offset) {
        return new FetchRequestData().setMaxWaitMs(0).setMinBytes(1).setSessionEpoch(0)
                .setTopics(List.of(new FetchTopic().setTopicId(desk.topicId()).setPartitions(
                        List.of(RecordDesk.partition(0, offset), RecordDesk.partition(1, offset),
                                RecordDesk.partition(2, offset)))));
    }

    private static FetchRequestData next(int session, int epoch) {
        return new FetchRequestData().setMaxWaitMs(0).setMinBytes(1).setSessionId(session)
                .setSessionEpoch(epoch);
    }
}
