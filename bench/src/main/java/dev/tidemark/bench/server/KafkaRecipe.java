package dev.tidemark.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Kafka as a KRaft cluster of one node or of several, with the heap and the flags of its own
/// start scripts and the values of its own `server.properties`; ports, directories and, on one
/// node, the replication factors of its internal topics are ours.
public final class KafkaRecipe implements Recipe {
    private static final String CLUSTER_ID = "dGlkZW1hcmstYmVuY2gtMQ";
    private static final List<String> SCRIPT_FLAGS = List.of("-Xmx1G", "-Xms1G", "-server",
            "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true",
            "-Dcom.sun.management.jmxremote", "-Dcom.sun.management.jmxremote.authenticate=false",
            "-Dcom.sun.management.jmxremote.ssl=false");
    private final String name;
    private final KafkaLibs libs;

    /// @param name what it is called: `kafka`, or another name when it is measured against itself
    public KafkaRecipe(String name, KafkaLibs libs) {
        this.name = name;
        this.libs = libs;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(ServerHome home) throws IOException, InterruptedException {
        prepare(home, text(home), "--standalone");
    }

    @Override
    public void prepareMember(int id, List<ServerHome> homes)
            throws IOException, InterruptedException {
        prepare(homes.get(id - 1), memberText(id, homes));
    }

    private void prepare(ServerHome home, String text, String... formatFlags)
            throws IOException, InterruptedException {
        Files.createDirectories(home.data());
        Files.writeString(properties(home), text);
        Path log4j = home.directory().resolve("log4j2.properties");
        try (InputStream source = KafkaRecipe.class.getResourceAsStream(
                "/dev/tidemark/bench/kafka-server-log4j2.properties")) {
            Files.copy(source, log4j);
        }
        format(home, formatFlags);
    }

    private void format(ServerHome home, String... flags)
            throws IOException, InterruptedException {
        Path output = home.directory().resolve("format.txt");
        List<String> command = new ArrayList<>(List.of(JavaCommand.path(), "-cp",
                libs.classPath(), "kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID,
                "--config", properties(home).toString()));
        command.addAll(List.of(flags));
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
        if (code != 0) {
            throw new BenchFailure("Kafka's storage could not be formatted:\n"
                    + Files.readString(output));
        }
    }

    @Override
    public List<String> command(ServerHome home) {
        Path directory = home.directory();
        var command = new ArrayList<String>();
        command.add(JavaCommand.path());
        command.addAll(SCRIPT_FLAGS);
        command.add("-Xlog:gc*:file=" + directory.resolve("kafkaServer-gc.log")
                + ":time,tags:filecount=10,filesize=100M");
        command.add("-Dkafka.logs.dir=" + directory);
        command.add("-Dlog4j2.configurationFile=" + directory.resolve("log4j2.properties"));
        command.addAll(List.of("-cp", libs.classPath(), "kafka.Kafka"));
        command.add(properties(home).toString());
        return command;
    }

    @Override
    public List<String> memberCommand(ServerHome home) {
        return command(home);
    }

    /// Deleted topics go at once instead of after a minute; it costs or gains no run anything.
    @Override
    public Map<String, String> topicConfig() {
        return Map.of("file.delete.delay.ms", "0");
    }

    @Override
    public Map<String, String> syncedTopicConfig() {
        return Map.of("flush.messages", "1");
    }

    @Override
    public Map<String, String> unsyncedTopicConfig() {
        return Map.of();
    }

    private static Path properties(ServerHome home) {
        return home.directory().resolve("server.properties");
    }

    static String text(ServerHome home) {
        return """
                node.id=1
                controller.quorum.bootstrap.servers=127.0.0.1:%d
                offsets.topic.replication.factor=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                """.formatted(home.controllerPort()) + common(home);
    }

    /// A node that is broker and controller; the replication factors of its internal topics are
    /// Kafka's own, three.
    static String memberText(int id, List<ServerHome> homes) {
        return """
                node.id=%d
                controller.quorum.voters=%s
                default.replication.factor=3
                min.insync.replicas=2
                """.formatted(id, ServerHome.voters(homes)) + common(homes.get(id - 1));
    }

    private static String common(ServerHome home) {
        return """
                process.roles=broker,controller
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                num.network.threads=3
                num.io.threads=8
                socket.send.buffer.bytes=102400
                socket.receive.buffer.bytes=102400
                socket.request.max.bytes=104857600
                log.dirs=%3$s
                num.partitions=1
                log.retention.hours=168
                log.segment.bytes=1073741824
                log.retention.check.interval.ms=300000
                """.formatted(home.port(), home.controllerPort(), home.data());
    }
}
