package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.tidemark.Tidemark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bytes that are no request, over real sockets: the connection closes, with one line in the log
/// and never a stack trace, and a healthy client beside it notices nothing.
final class BadBytesTest {
    private static final long SEED = 7;
    private static Tidemark node;
    private static Healthy healthy;
    private static List<ILoggingEvent> log;

    @BeforeAll
    static void startNode() {
        node = Tidemark.start();
        log = Healthy.watchLog();
        healthy = new Healthy(node.bootstrapServers());
        healthy.check();
    }

    @AfterAll
    static void stopNode() {
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
    void randomBytesCloseTheirConnection() throws Exception {
        var random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            random.nextBytes(bytes);
            try (var client = new RawClient(node.port())) {
                sendAndFinish(client, bytes);
                assertThat(client.isClosedByNode()).as("try %d of seed %d", i, SEED).isTrue();
            }
        }
    }

    @Test
    void framesThatAreCutOffEndWithTheirConnection() throws Exception {
        for (int sent : new int[] {0, 1, 7, 99}) {
            try (var client = new RawClient(node.port())) {
                client.send(100, new byte[sent]).finish();
                assertThat(client.isClosedByNode()).isTrue();
            }
        }
    }

    @Test
    void lengthsThatCanNotBeCloseAtOnce() throws Exception {
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (100 << 20) + 1}) {
            try (var client = new RawClient(node.port())) {
                client.send(length, new byte[0]);
                assertThat(client.isClosedByNode()).as("length %d", length).isTrue();
            }
        }
        assertThat(log).extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("socket.request.max.bytes"));
    }

    @Test
    void aFrameTooShortForAHeaderCloses() throws Exception {
        for (int length : new int[] {0, 1, 7}) {
            try (var client = new RawClient(node.port())) {
                client.send(length, new byte[length]);
                assertThat(client.isClosedByNode()).isTrue();
            }
        }
    }

    @Test
    void unknownKeysAndVersionsClose() throws Exception {
        short[][] odd = {{999, 0}, {-1, 0}, {4, 0}, {0, 2}, {0, 99}, {3, 99}, {1, -1}, {52, 0}};
        for (short[] one : odd) {
            try (var client = new RawClient(node.port())) {
                client.send(12, ByteBuffer.allocate(12).putShort(one[0]).putShort(one[1])
                        .putInt(1).array());
                assertThat(client.isClosedByNode()).as("key %d v%d", one[0], one[1]).isTrue();
            }
        }
    }

    @Test
    void anUnknownVersionOfApiVersionsIsAnsweredInTheFirst() throws Exception {
        try (var client = new RawClient(node.port())) {
            client.send(12, ByteBuffer.allocate(12).putShort(ApiKeys.API_VERSIONS.id)
                    .putShort((short) 99).putInt(0).array());
            var answer = (ApiVersionsResponseData) client.receive(ApiKeys.API_VERSIONS, (short) 0);
            assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
            assertThat(answer.apiKeys().find(ApiKeys.API_VERSIONS.id).maxVersion())
                    .isGreaterThanOrEqualTo((short) 4);
            ApiVersionsResponseData again = client.ask(ApiKeys.API_VERSIONS, 3,
                    new ApiVersionsRequestData().setClientSoftwareName("raw")
                            .setClientSoftwareVersion("1"));
            assertThat(again.errorCode()).isZero();
        }
    }


    @ParameterizedTest
    @EnumSource(names = {"PRODUCE", "FETCH", "LIST_OFFSETS", "METADATA", "OFFSET_COMMIT",
        "OFFSET_FETCH", "FIND_COORDINATOR", "JOIN_GROUP", "HEARTBEAT", "LEAVE_GROUP", "SYNC_GROUP",
        "DESCRIBE_GROUPS", "LIST_GROUPS", "API_VERSIONS", "CREATE_TOPICS", "DELETE_TOPICS",
        "DELETE_RECORDS", "INIT_PRODUCER_ID", "OFFSET_FOR_LEADER_EPOCH", "DESCRIBE_CONFIGS",
        "ALTER_CONFIGS", "DESCRIBE_LOG_DIRS", "CREATE_PARTITIONS", "DELETE_GROUPS",
        "INCREMENTAL_ALTER_CONFIGS", "OFFSET_DELETE", "DESCRIBE_CLUSTER", "DESCRIBE_PRODUCERS",
        "CONSUMER_GROUP_HEARTBEAT", "CONSUMER_GROUP_DESCRIBE", "LIST_CONFIG_RESOURCES",
        "DESCRIBE_TOPIC_PARTITIONS"})
    void bodiesOfRandomBytesAndLyingArraysDoNoHarm(ApiKeys api) throws Exception {
        var random = new Random(SEED + api.id);
        for (short version = api.oldestVersion(); version <= api.latestVersion(); version++) {
            for (int i = 0; i < 4; i++) {
                byte[] body = new byte[random.nextInt(300)];
                random.nextBytes(body);
                if (i % 2 == 1) {
                    // Lengths as large as they get: in varints, and in whole numbers.
                    Arrays.fill(body, (byte) (i == 1 ? 0xff : 0x7f));
                }
                garbage(api, version, body);
            }
        }
    }

    private static void garbage(ApiKeys api, short version, byte[] body) throws IOException {
        boolean flexible = api.requestHeaderVersion(version) >= 2;
        ByteBuffer bytes = ByteBuffer.allocate(body.length + (flexible ? 11 : 10));
        bytes.putShort(api.id).putShort(version).putInt(0).putShort((short) -1);
        if (flexible) {
            bytes.put((byte) 0);
        }
        bytes.put(body);
        try (var client = new RawClient(node.port())) {
            sendAndFinish(client, ByteBuffer.allocate(4 + bytes.capacity())
                    .putInt(bytes.capacity()).put(bytes.array()).array());
            assertThat(client.isClosedByNode()).as("%s v%d", api, version).isTrue();
        }
    }

    private static void sendAndFinish(RawClient client, byte[] bytes) {
        try {
            client.send(bytes).finish();
        } catch (IOException closedAlready) {
            // As it should be: the rest of the bytes has nobody to go to.
        }
    }
}
