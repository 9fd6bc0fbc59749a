package dev.tidemark.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Java producer in its forms: whatever it was told to have sent can be read back.
final class ProducerCompatTest {
    private static Tidemark node;

    @BeforeAll
    static void startNode() {
        node = Tidemark.start();
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "all"})
    void recordsAreKeptWhateverAcksIsAskedFor(String acks) throws Exception {
        String topic = "acks-" + acks;
        Clients.createTopic(node, topic, 1);
        try (Producer<String, String> producer = Clients.producer(node, "acks", acks,
                "enable.idempotence", "false")) {
            Clients.send(producer, records(topic, 1000));
        }
        assertThat(Clients.values(read(topic, 1000))).isEqualTo(Clients.numbers(1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCompressionComesBackAsItWas(String compression) throws Exception {
        String topic = "compressed-" + compression;
        Clients.createTopic(node, topic, 1);
        try (Producer<String, String> producer = Clients.producer(node, "compression.type",
                compression, "linger.ms", "20")) {
            Clients.send(producer, records(topic, 2000));
        }
        assertThat(Clients.values(read(topic, 2000))).isEqualTo(Clients.numbers(2000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "gzip", "snappy", "lz4", "zstd"})
    void aTopicMayHaveACompressionOfItsOwn(String compression) throws Exception {
        String topic = "recompressed-" + compression;
        Clients.createTopic(node, topic, 1, "compression.type", compression);
        try (Producer<String, String> producer = Clients.producer(node, "compression.type", "lz4",
                "linger.ms", "20")) {
            Clients.send(producer, records(topic, 500));
        }
        assertThat(Clients.values(read(topic, 500))).isEqualTo(Clients.numbers(500));
    }

    @Test
    void aNodeOfMoreThanSixtyFourLoopsAcknowledgesAllThatOneRequestBrings() throws Exception {
        final int partitions = 150;
        try (Tidemark wide = Tidemark.start(Map.of("num.network.threads", "70"));
                Producer<String, String> producer = Clients.producer(wide, "linger.ms", "300",
                        "delivery.timeout.ms", "60000", "request.timeout.ms", "50000")) {
            Clients.createTopic(wide, "wide", partitions);
            producer.partitionsFor("wide");
            List<ProducerRecord<String, String>> records = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                records.add(new ProducerRecord<>("wide", i, null, "value"));
            }
            assertThat(Clients.send(producer, records)).hasSize(partitions)
                    .allMatch(told -> told.offset() == 0);
        }
    }

    @Test
    void anIdempotentProducerWithManyRequestsInFlightKeepsItsOrder() throws Exception {
        Clients.createTopic(node, "in-order", 1);
        List<RecordMetadata> acknowledged;
        try (Producer<String, String> producer = Clients.producer(node, "batch.size", "200",
                "max.in.flight.requests.per.connection", "5")) {
            acknowledged = Clients.send(producer, records("in-order", 5000));
        }
        assertThat(acknowledged.stream().map(RecordMetadata::offset))
                .containsExactlyElementsOf(LongStream.range(0, 5000).boxed().toList());
        assertThat(Clients.values(read("in-order", 5000))).isEqualTo(Clients.numbers(5000));
    }

    @Test
    void headersNullsAndTimestampsComeBack() throws Exception {
        Clients.createTopic(node, "headers", 1);
        var sent = new ProducerRecord<String, String>("headers", 0, 1_700_000_000_123L, null, null);
        sent.headers().add("trace", "abc".getBytes(StandardCharsets.UTF_8))
                .add("empty", new byte[0]).add("nothing", null);
        try (Producer<String, String> producer = Clients.producer(node)) {
            Clients.send(producer, List.of(sent));
        }
        ConsumerRecord<String, String> got = read("headers", 1).getFirst();
        assertThat(got.key()).isNull();
        assertThat(got.value()).isNull();
        assertThat(got.timestamp()).isEqualTo(1_700_000_000_123L);
        assertThat(got.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(got.headers().lastHeader("trace").value()).asString().isEqualTo("abc");
        assertThat(got.headers().lastHeader("empty").value()).isEmpty();
        assertThat(got.headers().lastHeader("nothing").value()).isNull();
    }

    @Test
    void aRecordOfSeveralMegabytesPassesWhereTheTopicAllowsIt() throws Exception {
        Clients.createTopic(node, "big", 1, "max.message.bytes", "10000000");
        String big = "x".repeat(8_000_000);
        try (Producer<String, String> producer = Clients.producer(node, "max.request.size",
                "20000000", "buffer.memory", "40000000")) {
            Clients.send(producer, List.of(new ProducerRecord<>("big", big),
                    new ProducerRecord<>("big", "small")));
        }
        assertThat(Clients.values(read("big", 2))).containsExactly(big, "small");
    }

    @Test
    void aRecordBeyondTheTopicsLimitIsRefusedAndTheNextIsTaken() throws Exception {
        Clients.createTopic(node, "limited", 1, "max.message.bytes", "5000");
        try (Producer<String, String> producer = Clients.producer(node)) {
            assertThatThrownBy(() -> Clients.send(producer,
                    List.of(new ProducerRecord<>("limited", "x".repeat(6000)))))
                    .hasCauseInstanceOf(RecordTooLargeException.class);
            Clients.send(producer, List.of(new ProducerRecord<>("limited", "fits")));
        }
        assertThat(Clients.values(read("limited", 1))).containsExactly("fits");
    }

    @Test
    void aTopicIsCreatedByItsFirstRecord() throws Exception {
        try (Producer<String, String> producer = Clients.producer(node)) {
            Clients.send(producer, records("born-of-a-record", 3));
        }
        assertThat(read("born-of-a-record", 3)).hasSize(3);
    }

    @Test
    void anUnknownPartitionTimesOutAtTheClient() throws Exception {
        Clients.createTopic(node, "narrow", 1);
        try (Producer<String, String> producer = Clients.producer(node, "max.block.ms", "500")) {
            assertThatThrownBy(() -> Clients.send(producer,
                    List.of(new ProducerRecord<>("narrow", 7, "key", "value"))))
                    .hasRootCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void theNodesTimeIsTakenWhereTheTopicSaysSo() throws Exception {
        Clients.createTopic(node, "append-time", 1, "message.timestamp.type", "LogAppendTime");
        long before = System.currentTimeMillis();
        try (Producer<String, String> producer = Clients.producer(node)) {
            Clients.send(producer, List.of(new ProducerRecord<>("append-time", 0, 5L, "k", "v")));
        }
        ConsumerRecord<String, String> got = read("append-time", 1).getFirst();
        assertThat(got.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(got.timestamp()).isBetween(before, System.currentTimeMillis());
    }

    @Test
    void aTimestampFarInTheFutureIsRefused() throws Exception {
        Clients.createTopic(node, "future", 1);
        long tooLate = System.currentTimeMillis() + 3 * 3_600_000L;
        try (Producer<String, String> producer = Clients.producer(node)) {
            assertThatThrownBy(() -> Clients.send(producer,
                    List.of(new ProducerRecord<>("future", 0, tooLate, "k", "v"))))
                    .hasCauseInstanceOf(InvalidTimestampException.class);
        }
    }

    @Test
    void aRecordWithoutAKeyIsRefusedWhereKeysDecideWhatIsKept() throws Exception {
        Clients.createTopic(node, "keyed", 1, "cleanup.policy", "compact");
        try (Producer<String, String> producer = Clients.producer(node)) {
            assertThatThrownBy(() -> Clients.send(producer,
                    List.of(new ProducerRecord<>("keyed", "no key"))))
                    .hasCauseInstanceOf(org.apache.kafka.common.InvalidRecordException.class);
        }
    }

    private static List<ProducerRecord<String, String>> records(String topic, int count) {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        Clients.numbers(count).forEach(value ->
                records.add(new ProducerRecord<>(topic, "key " + value, value)));
        return records;
    }

    private static List<ConsumerRecord<String, String>> read(String topic, int count) {
        try (Consumer<String, String> consumer = Clients.consumer(node)) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return Clients.poll(consumer, count);
        }
    }
}
