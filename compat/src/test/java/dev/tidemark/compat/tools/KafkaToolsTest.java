package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import dev.tidemark.bench.client.ConsumerSummary;
import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.PerfTools;
import dev.tidemark.bench.client.ProducerSummary;
import dev.tidemark.bench.server.KafkaLibs;
import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import dev.tidemark.compat.tools.KafkaTools.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kafka's own command line tools against a node: they do what they do against a Kafka.
final class KafkaToolsTest {
    private static final String TOOLS = "org.apache.kafka.tools.";
    private static final String TOPICS = TOOLS + "TopicCommand";
    private static final String CONFIGS = "kafka.admin.ConfigCommand";
    private static final String PRODUCER = TOOLS + "ConsoleProducer";
    private static final String CONSUMER = TOOLS + "consumer.ConsoleConsumer";
    private static final String GROUPS = TOOLS + "consumer.group.ConsumerGroupCommand";
    private static Tidemark node;
    private static KafkaTools tools;

    @TempDir
    private Path directory;

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

    @Test
    void topicsAreCreatedListedDescribedAlteredAndDeleted() throws Exception {
        assertThat(at(TOPICS, "--create", "--topic", "by-tool", "--partitions", "2", "--config",
                "retention.ms=60000").out()).contains("Created topic by-tool");
        assertThat(at(TOPICS, "--list").lines()).contains("by-tool");
        at(TOPICS, "--alter", "--topic", "by-tool", "--partitions", "4");
        String told = at(TOPICS, "--describe", "--topic", "by-tool").out();
        assertThat(told).contains("PartitionCount: 4", "ReplicationFactor: 1",
                "retention.ms=60000", "Partition: 3", "Leader: 1", "Isr: 1");
        Outcome again = attempt(TOPICS, "--create", "--topic", "by-tool");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.out()).contains("exists");
        at(TOPICS, "--delete", "--topic", "by-tool");
        assertThat(at(TOPICS, "--list").lines()).doesNotContain("by-tool");
    }

    @Test
    void configurationsAreSetAndShown() throws Exception {
        Clients.createTopic(node, "configured", 1);
        at(CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "configured",
                "--add-config", "retention.ms=123456,cleanup.policy=[compact,delete]");
        assertThat(at(CONFIGS, "--describe", "--entity-type", "topics", "--entity-name",
                "configured").out()).contains("retention.ms=123456",
                "cleanup.policy=compact,delete");
        at(CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "configured",
                "--delete-config", "retention.ms");
        assertThat(at(CONFIGS, "--describe", "--entity-type", "topics", "--entity-name",
                "configured").out()).doesNotContain("retention.ms=123456");
        assertThat(at(CONFIGS, "--describe", "--all", "--entity-type", "brokers", "--entity-name",
                "1").out()).contains("num.partitions=1");
    }

    @Test
    void whatTheConsoleProducerWritesTheConsoleConsumerReads() throws Exception {
        Clients.createTopic(node, "console", 1);
        Outcome sent = tools.run("a:one\nb:two\nc:three\n", PRODUCER, with("--topic", "console",
                "--reader-property", "parse.key=true", "--reader-property", "key.separator=:",
                "--compression-codec", "gzip"));
        assertThat(sent.status()).as(sent.toString()).isZero();
        Outcome got = at(CONSUMER, "--topic", "console", "--from-beginning", "--group", "console",
                "--max-messages", "3", "--timeout-ms", "60000", "--formatter-property",
                "print.key=true", "--formatter-property", "print.offset=true");
        assertThat(got.lines()).containsExactly("Offset:0\ta\tone", "Offset:1\tb\ttwo",
                "Offset:2\tc\tthree");
    }

    @Test
    void groupsAreListedDescribedResetAndDeleted() throws Exception {
        Clients.createTopic(node, "lagging", 1);
        Clients.sendNumbers(node, "lagging", 0, 10);
        at(CONSUMER, "--topic", "lagging", "--from-beginning", "--group", "behind",
                "--max-messages", "4", "--timeout-ms", "60000");
        assertThat(at(GROUPS, "--list").lines()).contains("behind");
        assertThat(lag("behind")).isEqualTo("4 10 6");
        at(GROUPS, "--reset-offsets", "--group", "behind", "--topic", "lagging", "--to-offset",
                "7", "--execute");
        assertThat(lag("behind")).isEqualTo("7 10 3");
        assertThat(at(GROUPS, "--describe", "--group", "behind", "--state").out())
                .contains("Empty");
        assertThat(at(GROUPS, "--delete", "--group", "behind").out())
                .contains("was successful");
        assertThat(at(GROUPS, "--list").lines()).doesNotContain("behind");
    }

    @Test
    void offsetsAreGotAndRecordsAreDeleted() throws Exception {
        Clients.createTopic(node, "offsets", 1);
        Clients.sendNumbers(node, "offsets", 0, 25);
        Path what = directory.resolve("delete.json");
        Files.writeString(what, """
                {"partitions": [{"topic": "offsets", "partition": 0, "offset": 5}], "version": 1}
                """);
        assertThat(at(TOOLS + "DeleteRecordsCommand", "--offset-json-file", what.toString()).out())
                .contains("partition: offsets-0\tlow_watermark: 5");
        String offsets = TOOLS + "GetOffsetShell";
        assertThat(at(offsets, "--topic", "offsets", "--time", "earliest").lines())
                .containsExactly("offsets:0:5");
        assertThat(at(offsets, "--topic", "offsets", "--time", "latest").lines())
                .containsExactly("offsets:0:25");
    }

    @Test
    void theOffsetsTopicIsReadable() throws Exception {
        Clients.createTopic(node, "remembered", 1);
        Clients.sendNumbers(node, "remembered", 0, 3);
        at(CONSUMER, "--topic", "remembered", "--from-beginning", "--group", "reader",
                "--max-messages", "3", "--timeout-ms", "60000");
        // It ends when nothing has come for a while, which is also so before the first record.
        Wait.until("the commit in the offsets topic", () -> {
            String out = at(CONSUMER, "--topic", "__consumer_offsets", "--from-beginning",
                    "--timeout-ms", "3000", "--formatter",
                    TOOLS + "consumer.OffsetsMessageFormatter").out();
            return out.contains("\"group\":\"reader\",\"topic\":\"remembered\"")
                    && out.contains("\"offset\":3");
        });
    }

    @Test
    void versionsAndDirectoriesAreTold() throws Exception {
        assertThat(at(TOOLS + "BrokerApiVersionsCommand").out())
                .contains("(id: 1 rack: null isFenced: false)", "Produce(0): 0 to 13",
                        "Fetch(1): 4 to 18");
        Clients.createTopic(node, "placed", 1);
        Clients.sendNumbers(node, "placed", 0, 3);
        assertThat(at(TOOLS + "LogDirsCommand", "--describe", "--topic-list", "placed").out())
                .contains("\"partition\":\"placed-0\"");
        assertThat(at(TOOLS + "ClusterTool", "cluster-id").out()).contains("Cluster ID: ");
        assertThat(tools.succeed(TOOLS + "FeatureCommand", "--bootstrap-server",
                node.bootstrapServers(), "describe").out()).contains("group.version");
    }

    @Test
    void thePerfToolsSendAndReadEverything() throws Exception {
        Clients.createTopic(node, "perf", 4);
        var perf = new PerfTools(KafkaLibs.resolve(null), directory);
        ProducerSummary sent = perf.produce(node.bootstrapServers(), "perf",
                new Load(100_000, 200), List.of());
        assertThat(sent.records()).isEqualTo(100_000);
        ConsumerSummary got = perf.consume(node.bootstrapServers(), "perf", 100_000);
        assertThat(got.records()).isGreaterThanOrEqualTo(100_000);
    }

    /// Current offset, log end offset and lag of a group's one partition.
    private static String lag(String group) throws Exception {
        return at(GROUPS, "--describe", "--group", group).lines().stream()
                .filter(line -> line.startsWith(group))
                .map(line -> List.of(line.split("\\s+", -1)).subList(3, 6).stream()
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining());
    }

    private static Outcome at(String main, String... args) throws Exception {
        return tools.succeed(main, with(args));
    }

    private static Outcome attempt(String main, String... args) throws Exception {
        return tools.run(main, with(args));
    }

    private static String[] with(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap-server", node.bootstrapServers()));
        return all.toArray(String[]::new);
    }
}
