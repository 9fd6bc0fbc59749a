package dev.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The process itself: what it prints, how it ends.
@Timeout(120)
class MainProcessTest {
    @TempDir
    Path directory;

    @Test
    void aNodeTellsWhereItIsAndEndsCleanlyWhenItIsToldTo() throws Exception {
        Process node = start();
        try {
            List<String> greeting = readUntil(node, "Ctrl-C");
            assertThat(String.join("\n", greeting)).contains("listens on 127.0.0.1:")
                    .contains(directory.toString()).contains("synced")
                    .contains("kcat -P -b 127.0.0.1:")
                    .contains("kafka-console-producer.sh --bootstrap-server 127.0.0.1:");
            Process second = start();
            String refusal = String.join("\n", readUntil(second, "nothing"));
            assertThat(second.waitFor()).isEqualTo(1);
            assertThat(refusal).contains(directory.toString())
                    .contains("is in use by process " + node.pid()).doesNotContain("Exception");
            // Not the process itself, which would close its streams at once.
            assertThat(node.toHandle().destroy()).isTrue();
            assertThat(readUntil(node, "nothing")).contains("stopped: everything is on disk");
            assertThat(node.waitFor()).isZero();
        } finally {
            node.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void itTellsWhereItListensAndWhatClientsAreTold() throws Exception {
        Process node = start("-o", "advertised.listeners=PLAINTEXT://broker.example:1234");
        try {
            assertThat(String.join("\n", readUntil(node, "Ctrl-C")))
                    .contains("listens on 127.0.0.1:")
                    .contains("clients   are told to connect to broker.example:1234");
        } finally {
            node.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aNodeWhoseDiskTakesNothingMoreSaysSoAndEnds() throws Exception {
        // A file of more than 8 MiB can't be written; the JVM is told so as of a bad disk.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 16384; exec \"$@\"",
                "sh"));
        command.addAll(command("-o", "tidemark.journal.bytes=8388608", "-o",
                "segment.bytes=1073741824"));
        Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String greeting = String.join("\n", readUntil(node, "listens on"));
            Matcher at = Pattern.compile("listens on ([^ ]+)").matcher(greeting);
            assertThat(at.find()).as(greeting).isTrue();
            byte[] value = new byte[500_000];
            try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers",
                    at.group(1), "delivery.timeout.ms", "1000", "request.timeout.ms", "1000",
                    "linger.ms", "0"), new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int i = 0; i < 40 && node.isAlive(); i++) {
                    var _ = producer.send(new ProducerRecord<>("orders", value));
                }
            }
            String said = String.join("\n", readUntil(node, "nothing of the kind"));
            assertThat(node.waitFor()).as(said).isEqualTo(1);
            assertThat(said).contains("data directory failed: nothing is acknowledged any more")
                    .contains("this node stops: nothing can be written to the data directory")
                    .contains("start the node again").doesNotContain("broken");
        } finally {
            node.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process start(String... options) throws IOException {
        return new ProcessBuilder(command(options)).redirectErrorStream(true).start();
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Main.class.getName(), "start",
                "--data", directory.toString(), "--listen", "127.0.0.1:0"));
        command.addAll(List.of(options));
        return command;
    }

    /// The lines that a process prints, up to one that holds the text or to its end.
    private static List<String> readUntil(Process process, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = process.inputReader();
        String line = reader.readLine();
        while (line != null) {
            lines.add(line);
            if (line.contains(text)) {
                break;
            }
            line = reader.readLine();
        }
        return lines;
    }
}
