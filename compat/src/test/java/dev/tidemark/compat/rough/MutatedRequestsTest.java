package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.tidemark.Tidemark;
import dev.tidemark.compat.Clients;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// Requests of every API and version that is served, drawn from a seed and then mutated: each is
/// answered or costs its connection, and the node never comes upon a mistake of its own.
final class MutatedRequestsTest {
    private static final long SEED = Long.getLong("tidemark.fuzz.seed", 20_261_121);
    /// Time for an answer to be made and encoded; what is parked takes longer and is given up.
    private static final int ANSWER_MS = 20;
    private static final int ROUNDS = Integer.getInteger("tidemark.fuzz.rounds", 14);

    @Test
    void whateverComesIsAnsweredOrClosedAndTheNodeLivesOn() throws Exception {
        try (Tidemark node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "0"));
                var healthy = new Healthy(node.bootstrapServers())) {
            Clients.createTopic(node, "fuzz", 2);
            List<ILoggingEvent> log = Healthy.watchLog();
            healthy.check();
            var random = new Random(SEED);
            var requests = new RandomRequest(random, topicId(node));
            for (ApiVersion served : served(node)) {
                ApiKeys api = ApiKeys.forId(served.apiKey());
                for (short version = api.oldestVersion(); version <= served.maxVersion();
                        version++) {
                    for (int i = 0; i < ROUNDS; i++) {
                        byte[] frame = requests.frame(api, version);
                        send(node, i % 4 == 0 ? frame : requests.mutated(frame), api, version);
                    }
                }
                assertThat(List.copyOf(log)).as("%s, seed %d", api, SEED)
                        .allSatisfy(MutatedRequestsTest::isNoMistakeOfOurs);
            }
            healthy.check();
        }
    }

    private static void isNoMistakeOfOurs(ILoggingEvent line) {
        assertThat(line.getThrowableProxy()).as(line.getFormattedMessage()).isNull();
        assertThat(line.getFormattedMessage()).doesNotContain("Exception", "request failed",
                "response failed");
    }

    private static void send(Tidemark node, byte[] frame, ApiKeys api, short version)
            throws IOException {
        try (var client = new RawClient(node.port())) {
            try {
                client.send(frame).waitAMoment(ANSWER_MS);
                client.finish();
            } catch (IOException closedAlready) {
                return;
            }
            assertThat(client.isClosedByNode()).as("%s v%d, seed %d", api, version, SEED)
                    .isTrue();
        }
    }

    private static List<ApiVersion> served(Tidemark node) throws IOException {
        try (var client = new RawClient(node.port())) {
            ApiVersionsResponseData answer = client.ask(ApiKeys.API_VERSIONS, 3,
                    new ApiVersionsRequestData().setClientSoftwareName("raw")
                            .setClientSoftwareVersion("1"));
            assertThat(answer.apiKeys()).hasSizeGreaterThan(30);
            return List.copyOf(answer.apiKeys());
        }
    }

    private static Uuid topicId(Tidemark node) throws Exception {
        try (Admin admin = Clients.admin(node)) {
            return Clients.get(admin.describeTopics(Set.of("fuzz")).allTopicNames())
                    .get("fuzz").topicId();
        }
    }
}
