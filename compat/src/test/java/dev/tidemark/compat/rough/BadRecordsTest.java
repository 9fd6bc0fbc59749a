package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.tidemark.Tidemark;
import dev.tidemark.compat.Clients;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that are well formed and wrong in what they say, over a real socket: each is answered
/// with the code that Kafka has for it, without a stack trace, and a healthy client notices
/// nothing.
final class BadRecordsTest {
    private static final int LENGTH_AT = 8;
    private static final int MAGIC_AT = 16;
    private static final int CRC_AT = 17;
    private static Tidemark node;
    private static Healthy healthy;
    private static List<ILoggingEvent> log;
    private static RawClient client;

    @BeforeAll
    static void startNode() throws Exception {
        node = Tidemark.start(Map.of("auto.create.topics.enable", "false"));
        Clients.createTopic(node, "healthy", 1);
        Clients.createTopic(node, "plain", 1);
        Clients.createTopic(node, "cleaned", 1, "cleanup.policy", "compact");
        log = Healthy.watchLog();
        healthy = new Healthy(node.bootstrapServers());
        client = new RawClient(node.port());
    }

    @AfterAll
    static void stopNode() throws Exception {
        client.close();
        healthy.close();
        node.close();
    }

    @AfterEach
    void nobodyWasHarmed() {
        healthy.check();
        assertThat(List.copyOf(log)).allSatisfy(line ->
                assertThat(line.getThrowableProxy()).as(line.getFormattedMessage()).isNull());
    }

    @Test
    void aWrongChecksumIsACorruptMessage() throws Exception {
        ByteBuffer batch = batch();
        batch.putInt(CRC_AT, batch.getInt(CRC_AT) + 1);
        assertThat(produce("plain", batch)).isEqualTo(Errors.CORRUPT_MESSAGE);
    }

    @Test
    void oldAndUnknownFormatsAreInvalidRecords() throws Exception {
        for (int magic : new int[] {0, 1, 3, -1}) {
            ByteBuffer batch = batch();
            batch.put(MAGIC_AT, (byte) magic);
            assertThat(produce("plain", batch)).as("magic %d", magic)
                    .isIn(Errors.INVALID_RECORD, Errors.CORRUPT_MESSAGE);
        }
    }

    @Test
    void lengthsThatLieAreRefused() throws Exception {
        for (int off : new int[] {1, 100, -1, -20, Integer.MAX_VALUE / 2, -10_000}) {
            ByteBuffer batch = batch();
            batch.putInt(LENGTH_AT, batch.getInt(LENGTH_AT) + off);
            assertThat(produce("plain", batch)).as("off by %d", off)
                    .isIn(Errors.INVALID_RECORD, Errors.CORRUPT_MESSAGE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void aBatchThatInflatesWithoutEndIsRefusedWhereItIsOpened(CompressionType codec)
            throws Exception {
        var bomb = new SimpleRecord("key".getBytes(), new byte[80 << 20]);
        ByteBuffer batch = MemoryRecords.withRecords(Compression.of(codec).build(), bomb).buffer();
        // Some codecs make more of it than one batch may have: then the size is what is wrong.
        assertThat(produce("cleaned", batch)).isIn(Errors.INVALID_RECORD,
                Errors.CORRUPT_MESSAGE, Errors.MESSAGE_TOO_LARGE);
    }

    @Test
    void unknownTopicsAndPartitionsAreSaidToBe() throws Exception {
        assertThat(produce("not-there", batch())).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Errors.forCode(RawProduce.ask(client, "plain", 7,
                MemoryRecords.readableRecords(batch())).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        ProduceRequestData byId = RawProduce.request("", 0, RawProduce.records(new byte[1]));
        byId.topicData().iterator().next().setTopicId(new Uuid(3, 4));
        ProduceResponseData answer = client.ask(ApiKeys.PRODUCE, 13, byId);
        assertThat(answer.responses().iterator().next().partitionResponses().getFirst()
                .errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
        FetchResponseData fetched = client.ask(ApiKeys.FETCH, 13, fetch(0, -1,
                new FetchRequestData.FetchTopic().setTopicId(new Uuid(3, 4)), -1));
        assertThat(fetched.responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void anEpochOfTheFutureIsUnknown() throws Exception {
        FetchResponseData fetched = client.ask(ApiKeys.FETCH, 12, fetch(0, -1,
                new FetchRequestData.FetchTopic().setTopic("plain"), 1_000));
        assertThat(fetched.responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        ListOffsetsResponseData listed = client.ask(ApiKeys.LIST_OFFSETS, 7,
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(
                        new ListOffsetsRequestData.ListOffsetsTopic().setName("plain")
                                .setPartitions(List.of(
                                        new ListOffsetsRequestData.ListOffsetsPartition()
                                                .setCurrentLeaderEpoch(1_000)
                                                .setTimestamp(-1))))));
        assertThat(listed.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        var topic = new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic().setTopic("plain");
        topic.partitions().add(new OffsetForLeaderEpochRequestData.OffsetForLeaderPartition()
                .setCurrentLeaderEpoch(1_000).setLeaderEpoch(0));
        var epochs = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        epochs.topics().add(topic);
        OffsetForLeaderEpochResponseData told = client.ask(ApiKeys.OFFSET_FOR_LEADER_EPOCH, 4,
                epochs);
        assertThat(told.topics().iterator().next().partitions().getFirst().errorCode())
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void wrongFetchSessionsAndEpochsAreSaidToBe() throws Exception {
        var topic = new FetchRequestData.FetchTopic().setTopic("plain");
        FetchResponseData unknown = client.ask(ApiKeys.FETCH, 12, fetch(4711, 1, topic, -1));
        assertThat(unknown.errorCode()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        FetchResponseData first = client.ask(ApiKeys.FETCH, 12, fetch(0, 0, topic, -1));
        assertThat(first.sessionId()).isPositive();
        FetchResponseData skipped = client.ask(ApiKeys.FETCH, 12,
                fetch(first.sessionId(), 5, topic, -1));
        assertThat(skipped.errorCode()).isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH.code());
        FetchResponseData next = client.ask(ApiKeys.FETCH, 12,
                fetch(first.sessionId(), 1, topic, -1));
        assertThat(next.errorCode()).isZero();
    }

    private static FetchRequestData fetch(int session, int epoch, FetchRequestData.FetchTopic of,
            int leaderEpoch) {
        var fetch = new FetchRequestData().setSessionId(session).setSessionEpoch(epoch)
                .setMaxBytes(1 << 20);
        fetch.topics().add(of.duplicate().setPartitions(List.of(
                new FetchRequestData.FetchPartition().setPartitionMaxBytes(1 << 20)
                        .setCurrentLeaderEpoch(leaderEpoch))));
        return fetch;
    }

    private static ByteBuffer batch() {
        return RawProduce.records("one".getBytes(), "two".getBytes()).buffer();
    }

    private static Errors produce(String topic, ByteBuffer batch) throws Exception {
        return Errors.forCode(RawProduce.ask(client, topic, 0,
                MemoryRecords.readableRecords(batch)).errorCode());
    }
}
