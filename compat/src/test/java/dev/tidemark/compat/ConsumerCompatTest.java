package dev.tidemark.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Java consumer without a group's help: where it reads, what it is told, what it commits.
///
/// `numbers-0` holds the values 0 to 99, value `i` at timestamp `BASE_MS + 1000 i`.
final class ConsumerCompatTest {
    private static final long BASE_MS = 1_700_000_000_000L;
    private static final TopicPartition NUMBERS = new TopicPartition("numbers", 0);
    private static Tidemark node;

    @BeforeAll
    static void startNode() throws Exception {
        node = Tidemark.start();
        Clients.createTopic(node, "numbers", 2);
        try (Producer<String, String> producer = Clients.producer(node, "batch.size", "300")) {
            Clients.send(producer, IntStream.range(0, 100).mapToObj(i -> new ProducerRecord<>(
                    "numbers", 0, BASE_MS + 1000L * i, "key " + i, Integer.toString(i))).toList());
        }
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 37, 98, 99})
    void readingBeginsWhereItWasSoughtTo(long offset) {
        try (Consumer<String, String> consumer = assigned()) {
            consumer.seek(NUMBERS, offset);
            List<ConsumerRecord<String, String>> got = Clients.poll(consumer, (int) (100 - offset));
            assertThat(got.getFirst().offset()).isEqualTo(offset);
            assertThat(got.getFirst().value()).isEqualTo(Long.toString(offset));
            assertThat(consumer.position(NUMBERS)).isEqualTo(100);
        }
    }

    @Test
    void theEndsAreKnown() {
        try (Consumer<String, String> consumer = assigned()) {
            assertThat(consumer.beginningOffsets(List.of(NUMBERS))).containsEntry(NUMBERS, 0L);
            assertThat(consumer.endOffsets(List.of(NUMBERS))).containsEntry(NUMBERS, 100L);
            consumer.seekToEnd(List.of(NUMBERS));
            assertThat(consumer.position(NUMBERS)).isEqualTo(100);
        }
    }

    @Test
    void anOffsetIsFoundByItsTime() {
        var empty = new TopicPartition("numbers", 1);
        try (Consumer<String, String> consumer = assigned()) {
            Map<TopicPartition, OffsetAndTimestamp> exact = consumer.offsetsForTimes(
                    Map.of(NUMBERS, BASE_MS + 42_000, empty, BASE_MS));
            assertThat(exact.get(NUMBERS).offset()).isEqualTo(42);
            assertThat(exact.get(NUMBERS).timestamp()).isEqualTo(BASE_MS + 42_000);
            assertThat(exact.get(empty)).isNull();
            assertThat(consumer.offsetsForTimes(Map.of(NUMBERS, BASE_MS + 42_001)).get(NUMBERS)
                    .offset()).isEqualTo(43);
            assertThat(consumer.offsetsForTimes(Map.of(NUMBERS, BASE_MS + 99_001)).get(NUMBERS))
                    .isNull();
        }
    }

    @Test
    void anOffsetOutOfRangeIsResetOrReported() {
        try (Consumer<String, String> consumer = assigned()) {
            consumer.seek(NUMBERS, 5000);
            assertThat(Clients.poll(consumer, 100).getFirst().offset()).isZero();
        }
        try (Consumer<String, String> consumer = Clients.consumer(node, "auto.offset.reset",
                "none")) {
            consumer.assign(List.of(NUMBERS));
            consumer.seek(NUMBERS, 5000);
            assertThatThrownBy(() -> Clients.poll(consumer, 1))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void readingResumesWhereItWasCommitted() {
        try (Consumer<String, String> first = assigned("group.id", "resume")) {
            first.seek(NUMBERS, 0);
            Clients.poll(first, 100);
            first.commitSync(Map.of(NUMBERS, new OffsetAndMetadata(61, "half way")));
        }
        try (Consumer<String, String> second = assigned("group.id", "resume")) {
            OffsetAndMetadata committed = second.committed(Set.of(NUMBERS)).get(NUMBERS);
            assertThat(committed.offset()).isEqualTo(61);
            assertThat(committed.metadata()).isEqualTo("half way");
            assertThat(Clients.poll(second, 39).getFirst().value()).isEqualTo("61");
            second.commitSync();
            assertThat(second.committed(Set.of(NUMBERS)).get(NUMBERS).offset()).isEqualTo(100);
        }
    }

    @Test
    void withoutACommitAndWithoutAResetReadingFails() {
        try (Consumer<String, String> consumer = assigned("group.id", "never-committed",
                "auto.offset.reset", "none")) {
            assertThat(consumer.committed(Set.of(NUMBERS)).get(NUMBERS)).isNull();
            assertThatThrownBy(() -> Clients.poll(consumer, 1))
                    .isInstanceOf(NoOffsetForPartitionException.class);
        }
    }

    @Test
    void batchesLargerThanWhatIsAskedForStillArrive() throws Exception {
        Clients.createTopic(node, "wide", 3);
        try (Producer<String, String> producer = Clients.producer(node, "batch.size", "100000",
                "linger.ms", "50")) {
            Clients.send(producer, IntStream.range(0, 900).mapToObj(i -> new ProducerRecord<>(
                    "wide", i % 3, "k", i + "x".repeat(500))).toList());
        }
        try (Consumer<String, String> consumer = Clients.consumer(node,
                "max.partition.fetch.bytes", "64", "fetch.max.bytes", "128")) {
            consumer.assign(IntStream.range(0, 3).mapToObj(i -> new TopicPartition("wide", i))
                    .toList());
            assertThat(Clients.poll(consumer, 900)).hasSize(900);
        }
    }

    @Test
    void aParkedFetchIsAnsweredAsSoonAsThereAreEnoughBytes() throws Exception {
        Clients.createTopic(node, "parked", 1);
        var partition = new TopicPartition("parked", 0);
        try (Consumer<String, String> consumer = Clients.consumer(node, "fetch.min.bytes", "1",
                "fetch.max.wait.ms", "20000")) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();
            long startedNs = System.nanoTime();
            Clients.sendNumbers(node, "parked", 0, 1);
            Clients.poll(consumer, 1);
            assertThat(Duration.ofNanos(System.nanoTime() - startedNs))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aFetchThatFindsTooLittleWaitsItsTimeAndNoLonger() throws Exception {
        Clients.createTopic(node, "little", 1);
        Clients.sendNumbers(node, "little", 0, 1);
        try (Consumer<String, String> consumer = Clients.consumer(node, "fetch.min.bytes",
                "1000000", "fetch.max.wait.ms", "700")) {
            consumer.assign(List.of(new TopicPartition("little", 0)));
            long startedNs = System.nanoTime();
            Clients.poll(consumer, 1);
            assertThat(Duration.ofNanos(System.nanoTime() - startedNs))
                    .isBetween(Duration.ofMillis(600), Duration.ofSeconds(10));
        }
    }

    @Test
    void whatIsAppendedWhileReadingIsReadInOrder() throws Exception {
        Clients.createTopic(node, "live", 1);
        List<String> got = new ArrayList<>();
        try (Consumer<String, String> consumer = Clients.consumer(node);
                Producer<String, String> producer = Clients.producer(node)) {
            consumer.assign(List.of(new TopicPartition("live", 0)));
            for (int round = 0; round < 50; round++) {
                Clients.send(producer, List.of(new ProducerRecord<>("live", round + "a"),
                        new ProducerRecord<>("live", round + "b")));
                got.addAll(Clients.values(Clients.poll(consumer, 2)));
            }
        }
        assertThat(got).containsExactlyElementsOf(IntStream.range(0, 100)
                .mapToObj(i -> i / 2 + (i % 2 == 0 ? "a" : "b")).toList());
    }

    @Test
    void aPausedPartitionRestsAndGoesOn() {
        try (Consumer<String, String> consumer = assigned()) {
            consumer.seek(NUMBERS, 90);
            consumer.pause(List.of(NUMBERS));
            assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();
            consumer.resume(List.of(NUMBERS));
            Clients.poll(consumer, 10);
        }
    }

    @Test
    void readCommittedReadsPlainRecordsToo() {
        try (Consumer<String, String> consumer = assigned("isolation.level", "read_committed")) {
            consumer.seek(NUMBERS, 0);
            Clients.poll(consumer, 100);
            assertThat(consumer.endOffsets(List.of(NUMBERS))).containsEntry(NUMBERS, 100L);
        }
    }

    @Test
    void topicsAndPartitionsAreListed() {
        try (Consumer<String, String> consumer = Clients.consumer(node)) {
            assertThat(consumer.partitionsFor("numbers")).hasSize(2);
            assertThat(consumer.listTopics()).containsKey("numbers");
        }
    }

    private static Consumer<String, String> assigned(String... pairs) {
        Consumer<String, String> consumer = Clients.consumer(node, pairs);
        consumer.assign(List.of(NUMBERS));
        return consumer;
    }
}
