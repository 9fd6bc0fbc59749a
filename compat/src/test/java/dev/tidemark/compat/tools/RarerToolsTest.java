package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import dev.tidemark.bench.server.JavaCommand;
import dev.tidemark.bench.server.KafkaLibs;
import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import dev.tidemark.compat.tools.KafkaTools.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tools of Kafka that are taken up less often, and those for what is not served yet: these
/// end, and say why.
final class RarerToolsTest {
    private static final String TOOLS = "org.apache.kafka.tools.";
    private static Tidemark node;
    private static KafkaTools tools;

    @BeforeAll
    static void startNode() throws Exception {
        node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "50"));
        tools = KafkaTools.open();
    }

    @AfterAll
    static void stopNode() throws Exception {
        tools.close();
        node.close();
    }

    /// In processes of their own: they say their last words when a process ends.
    @Test
    void whatTheVerifiableProducerSendsTheVerifiableConsumerReads() throws Exception {
        Clients.createTopic(node, "verified", 1);
        String sent = process("VerifiableProducer", "--topic", "verified", "--max-messages", "500",
                "--acks", "-1", "--value-prefix", "7");
        assertThat(sent).contains("\"sent\":500,\"acked\":500").contains("\"offset\":499")
                .doesNotContain("producer_send_error");
        for (String protocol : List.of("classic", "consumer")) {
            String got = process("VerifiableConsumer", "--topic", "verified", "--group-id",
                    "verifiers-" + protocol, "--group-protocol", protocol, "--reset-policy",
                    "earliest", "--max-messages", "500", "--verbose");
            assertThat(got).contains("\"name\":\"partitions_assigned\"")
                    .contains("\"value\":\"7.499\"").contains("\"name\":\"offsets_committed\"")
                    .contains("\"offset\":500");
        }
    }

    @Test
    void theTimeFromEndToEndIsMeasured() throws Exception {
        Clients.createTopic(node, "end-to-end", 1);
        Outcome told = at(TOOLS + "EndToEndLatency", "--topic", "end-to-end", "--num-records",
                "200", "--producer-acks", "all", "--record-size", "100");
        assertThat(told.out()).contains("Avg latency:").contains("Percentiles:");
    }

    @Test
    void groupsOfAllKindsAreListed() throws Exception {
        Clients.createTopic(node, "grouped", 1);
        Clients.sendNumbers(node, "grouped", 0, 1);
        at(TOOLS + "consumer.ConsoleConsumer", "--topic", "grouped", "--from-beginning",
                "--group", "a-group", "--max-messages", "1", "--timeout-ms", "60000");
        assertThat(at(TOOLS + "GroupsCommand", "--list").out()).contains("a-group");
        assertThat(at(TOOLS + "consumer.group.ConsumerGroupCommand", "--delete-offsets", "--group",
                "a-group", "--topic", "grouped").out()).contains("Successful");
    }

    @Test
    void topicsAreComparedReplicaByReplicaByNobodyWhoNeedsMoreThanOne() throws Exception {
        assertThat(at(TOOLS + "TopicCommand", "--describe", "--under-replicated-partitions")
                .out()).isBlank();
        assertThat(at(TOOLS + "TopicCommand", "--describe", "--unavailable-partitions").out())
                .isBlank();
    }

    @Test
    void aShareConsumerIsToldThatThereAreNoShareGroups() {
        var config = Clients.config(node.bootstrapServers(), "group.id", "sharing");
        try (var consumer = new KafkaShareConsumer<>(config, new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("shared"));
            assertThatThrownBy(() -> Wait.until("a refusal", () -> {
                consumer.poll(Duration.ofMillis(100));
                return false;
            })).isInstanceOf(UnsupportedVersionException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TransactionsCommand | list | list_transactions",
        "AclCommand | --list | ACLs"})
    void whatIsNotServedEndsAndSaysWhy(String tool, String arguments, String reason)
            throws Exception {
        Outcome told = tools.run(TOOLS + tool, with(tool, arguments.split(" ", -1)));
        assertThat((told.out() + told.err()).toLowerCase(Locale.ROOT))
                .contains(reason.toLowerCase(Locale.ROOT));
        assertThat(told.status()).as(told.toString()).isNotZero();
    }

    private static String process(String tool, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(JavaCommand.path(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=OFF", "-cp",
                KafkaLibs.resolve(null).classPath(), TOOLS + tool));
        command.addAll(List.of(with(tool, args)));
        return String.join("\n", Program.run("", command.toArray(String[]::new)));
    }

    private static Outcome at(String main, String... args) throws Exception {
        return tools.succeed(main, with(main, args));
    }

    private static String[] with(String main, String... args) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server",
                node.bootstrapServers()));
        // One of them wants its commands first, and no other minds.
        all.addAll(main.endsWith("TransactionsCommand") ? 2 : 0, List.of(args));
        return all.toArray(String[]::new);
    }
}
