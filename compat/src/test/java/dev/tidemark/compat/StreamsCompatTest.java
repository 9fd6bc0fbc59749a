package dev.tidemark.compat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import dev.tidemark.bench.server.JavaCommand;
import dev.tidemark.bench.server.KafkaLibs;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/// Kafka Streams' word count, at least once: repartition and changelog topics, state, restart.
final class StreamsCompatTest {
    /// A JVM starts, joins a group, waits for a predecessor's session, restores its state.
    private static final Duration RUN_WITHIN = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    @Test
    void wordsAreCountedAndCountedOnAfterARestartFromTheChangelog() throws Exception {
        try (Tidemark node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "50",
                "group.min.session.timeout.ms", "1000"))) {
            Clients.createTopic(node, "lines", 2);
            Clients.createTopic(node, "counts", 2);
            say(node, "all streams lead to kafka", "hello kafka streams", "join the streams");
            count(node, "first", Map.of("streams", 3L, "kafka", 2L, "hello", 1L));
            say(node, "kafka again");
            // Another directory: the state comes from the changelog topic.
            count(node, "second", Map.of("streams", 3L, "kafka", 3L, "again", 1L));
            try (Admin admin = Clients.admin(node)) {
                assertThat(Clients.get(admin.listTopics().names())).contains(
                        "word-count-words-changelog", "word-count-words-repartition");
            }
        }
    }

    /// Runs the word count until the counts are as expected.
    private void count(Tidemark node, String state, Map<String, Long> expected) throws Exception {
        File said = directory.resolve(state + ".txt").toFile();
        List<String> command = List.of(JavaCommand.path(), "-Xmx256m", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-Dlog4j2.level=WARN", "-cp", classPath(),
                WordCount.class.getName(), node.bootstrapServers(),
                directory.resolve(state).toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(said).start();
        try {
            Wait.until("an application that lives, see " + said, RUN_WITHIN,
                    () -> process.isAlive() && counts(node, expected));
            process.destroy();
            assertThat(process.waitFor(RUN_WITHIN.toSeconds(), TimeUnit.SECONDS)).as("it ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    /// The application and Streams, and what Streams goes with.
    private static String classPath() throws Exception {
        List<String> entries = new ArrayList<>();
        for (Class<?> type : List.of(WordCount.class, KafkaStreams.class, RocksDB.class)) {
            entries.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString());
        }
        entries.add(KafkaLibs.resolve(null).classPath());
        return String.join(File.pathSeparator, entries);
    }

    private static void say(Tidemark node, String... lines) throws Exception {
        try (Producer<String, String> producer = Clients.producer(node)) {
            Clients.send(producer, List.of(lines).stream()
                    .map(line -> new ProducerRecord<String, String>("lines", line)).toList());
        }
    }

    /// Whether the last count of each word is as expected.
    private static boolean counts(Tidemark node, Map<String, Long> expected) {
        Map<String, Long> counts = new TreeMap<>();
        try (Consumer<String, Long> consumer = new KafkaConsumer<>(
                Clients.config(node.bootstrapServers()), new StringDeserializer(),
                new LongDeserializer())) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition("counts", 0), new TopicPartition("counts", 1));
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            Wait.until("the counts", () -> {
                consumer.poll(Duration.ofMillis(50))
                        .forEach(one -> counts.put(one.key(), one.value()));
                return ends.entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return counts.entrySet().containsAll(expected.entrySet());
    }
}
