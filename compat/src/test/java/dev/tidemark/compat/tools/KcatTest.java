package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.Tidemark;
import dev.tidemark.compat.Clients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `kcat`, and with it librdkafka as Debian has it.
final class KcatTest {
    private static Tidemark node;

    @BeforeAll
    static void startNode() {
        assumeTrue(Program.isInstalled("kcat"),
                "kcat is not installed: apt-get install kcat to run this test");
        node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "50"));
    }

    @AfterAll
    static void stopNode() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void whatItProducesItConsumes(String compression) throws Exception {
        String topic = "kcat-" + compression;
        Clients.createTopic(node, topic, 1);
        String text = String.join("\n", Clients.numbers(2000)) + "\n";
        kcat(text, "-P", "-t", topic, "-z", compression, "-X", "linger.ms=20");
        assertThat(kcat("", "-C", "-t", topic, "-e", "-q")).isEqualTo(Clients.numbers(2000));
    }

    @Test
    void anIdempotentProducerWithKeysAndHeadersIsRead() throws Exception {
        Clients.createTopic(node, "kcat-keys", 1);
        kcat("a:one\nb:two\n", "-P", "-t", "kcat-keys", "-K", ":", "-H", "trace=1", "-X",
                "enable.idempotence=true", "-X", "acks=all");
        assertThat(kcat("", "-C", "-t", "kcat-keys", "-e", "-q", "-f", "%o %k %s %h\\n"))
                .containsExactly("0 a one trace=1", "1 b two trace=1");
    }

    @Test
    void theFirstRecordCreatesItsTopic() throws Exception {
        kcat("hello\n", "-P", "-t", "kcat-greetings");
        assertThat(kcat("", "-C", "-t", "kcat-greetings", "-e", "-q")).containsExactly("hello");
    }

    @Test
    void aGroupReadsEverythingAndGoesOnWhereItStopped() throws Exception {
        Clients.createTopic(node, "kcat-group", 2);
        kcat("1\n2\n3\n", "-P", "-t", "kcat-group", "-p", "0");
        kcat("4\n5\n", "-P", "-t", "kcat-group", "-p", "1");
        assertThat(group("5")).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
        kcat("6\n", "-P", "-t", "kcat-group", "-p", "1");
        assertThat(group("1")).containsExactly("6");
    }

    @Test
    void metadataAndOffsetsAreTold() throws Exception {
        Clients.createTopic(node, "kcat-told", 3);
        Clients.sendNumbers(node, "kcat-told", 2, 7);
        assertThat(String.join("\n", kcat("", "-L", "-t", "kcat-told")))
                .contains("broker 1 at " + node.bootstrapServers(),
                        "topic \"kcat-told\" with 3 partitions",
                        "partition 2, leader 1, replicas: 1, isrs: 1");
        assertThat(kcat("", "-Q", "-t", "kcat-told:2:-1"))
                .containsExactly("kcat-told [2] offset 7");
        assertThat(kcat("", "-Q", "-t", "kcat-told:2:-2"))
                .containsExactly("kcat-told [2] offset 0");
    }

    private static List<String> group(String count) throws Exception {
        return kcat("", "-q", "-c", count, "-X", "auto.offset.reset=earliest", "-X",
                "session.timeout.ms=6000", "-G", "kcat-readers", "kcat-group");
    }

    private static List<String> kcat(String input, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("kcat", "-b", node.bootstrapServers()));
        command.addAll(List.of(args));
        return Program.run(input, command.toArray(String[]::new));
    }
}
