package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.server.JavaCommand;
import dev.tidemark.bench.server.KafkaLibs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Kafka's own producer and consumer tools, each run in a JVM of its own with the heap and flags
/// of Kafka's scripts, against whichever server.
public final class PerfTools {
    private static final int TIMEOUT_SECONDS = 600;
    private static final String TOOLS = "org.apache.kafka.tools.";
    private final List<String> java = new ArrayList<>();

    /// @param directory where the tools' logging configuration is written
    public PerfTools(KafkaLibs libs, Path directory) throws IOException {
        Path log4j = directory.resolve("tools-log4j2.properties");
        try (InputStream source = PerfTools.class.getResourceAsStream(
                "/dev/tidemark/bench/kafka-tools-log4j2.properties")) {
            Files.copy(source, log4j);
        }
        java.addAll(List.of(JavaCommand.path(), "-Xmx512M", "-server", "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
                "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true",
                "-Duser.language=en", "-Dlog4j2.configurationFile=" + log4j,
                "-cp", libs.classPath()));
    }

    /// Sends records as fast as the client can.
    ///
    /// @param properties of the client, `name=value`
    public ProducerSummary produce(String bootstrap, String topic, Load load,
            List<String> properties) throws IOException, InterruptedException {
        List<String> command = command("ProducerPerformance", bootstrap, topic, load.records());
        command.addAll(List.of("--record-size", Integer.toString(load.recordBytes()),
                "--throughput", "-1", "--command-property", "acks=all"));
        command.addAll(properties);
        List<String> lines = ChildProcess.lines(command, TIMEOUT_SECONDS);
        ProducerSummary summary = ProducerSummary.parse(lines);
        if (summary == null || summary.records() != load.records()
                || lines.stream().anyMatch(PerfTools::isFailure)) {
            throw new BenchFailure("the producer did not send everything:\n"
                    + ChildProcess.last(lines));
        }
        return summary;
    }

    /// Whether a line tells of records that were given up. Log lines, which begin with their time,
    /// tell of what is tried again.
    static boolean isFailure(String line) {
        return line.contains("Exception") && !line.startsWith("[");
    }

    /// Reads a topic from its start in a new group.
    public ConsumerSummary consume(String bootstrap, String topic, long records)
            throws IOException, InterruptedException {
        List<String> command = command("ConsumerPerformance", bootstrap, topic, records);
        command.addAll(List.of("--timeout", "30000"));
        List<String> lines = ChildProcess.lines(command, TIMEOUT_SECONDS);
        ConsumerSummary summary = ConsumerSummary.parse(lines);
        if (summary == null || summary.records() < records) {
            throw new BenchFailure("the consumer did not read everything:\n"
                    + ChildProcess.last(lines));
        }
        return summary;
    }

    private List<String> command(String tool, String bootstrap, String topic, long records) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(TOOLS + tool, "--bootstrap-server", bootstrap, "--topic", topic,
                "--num-records", Long.toString(records)));
        return command;
    }
}
