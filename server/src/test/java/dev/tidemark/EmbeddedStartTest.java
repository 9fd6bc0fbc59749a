package dev.tidemark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class EmbeddedStartTest {
    @TempDir
    Path directory;

    @Test
    void aValueThatIsNotAllowedStopsTheStartAndIsNamed() {
        assertThatThrownBy(() -> Tidemark.start(Map.of("num.partitions", "many")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("num.partitions").hasMessageContaining("many");
    }

    @Test
    void twoNodesRunSideBySideAndKeepTheirRecordsApart() throws Exception {
        try (Tidemark one = Tidemark.start(); Tidemark other = Tidemark.start()) {
            assertThat(one.port()).isNotEqualTo(other.port());
            produce(one, "first");
            produce(other, "second");
            assertThat(consume(one, 1)).containsExactly("first");
            assertThat(consume(other, 1)).containsExactly("second");
        }
    }

    @Test
    void recordsAreThereAfterARestartInTheGivenDirectory() throws Exception {
        Map<String, String> config = Map.of("log.dirs", directory.toString());
        for (int run = 1; run <= 3; run++) {
            try (Tidemark node = Tidemark.start(config)) {
                produce(node, "run " + run);
                assertThat(consume(node, run)).hasSize(run).contains("run 1", "run " + run);
            }
        }
        assertThat(Files.isDirectory(directory)).isTrue();
    }

    @Test
    void aDirectoryOfItsOwnIsGoneAfterTheClose() {
        Path data;
        try (Tidemark node = Tidemark.start()) {
            data = node.dataDirectory();
            assertThat(data).isDirectory();
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void aDirectoryThatIsHeldIsRefusedByName() {
        Map<String, String> config = Map.of("log.dirs", directory.toString());
        try (Tidemark node = Tidemark.start(config)) {
            assertThatThrownBy(() -> Tidemark.start(config))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(node.dataDirectory().toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        Tidemark.start(config).close();
    }

    @Test
    void closingTwiceIsNoErrorAndSaysNothing() {
        Logger log = (Logger) LoggerFactory.getLogger(Tidemark.class);
        var said = new ListAppender<ILoggingEvent>();
        said.start();
        log.addAppender(said);
        try {
            Tidemark node = Tidemark.start();
            node.close();
            node.close();
            assertThat(said.list).isEmpty();
        } finally {
            log.detachAppender(said);
        }
    }

    @Test
    void itLeavesNoThreadBehind() {
        Tidemark.start().close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().matches("tidemark-(loop|journal).*")
                        && thread.isAlive());
    }

    private static void produce(Tidemark node, String value)
            throws InterruptedException, ExecutionException {
        try (var producer = new KafkaProducer<>(clients(node), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("t", value.getBytes(UTF_8))).get();
        }
    }

    private static List<String> consume(Tidemark node, int count) {
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(clients(node), new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            consumer.seekToBeginning(consumer.assignment());
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(found -> values.add(new String(found.value(), UTF_8)));
            }
        }
        return values;
    }

    private static Map<String, Object> clients(Tidemark node) {
        return Map.of("bootstrap.servers", node.bootstrapServers(),
                "max.block.ms", 20_000, "delivery.timeout.ms", 20_000,
                "request.timeout.ms", 10_000, "linger.ms", 0);
    }
}
