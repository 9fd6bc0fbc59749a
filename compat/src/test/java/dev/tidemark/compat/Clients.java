package dev.tidemark.compat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The Java client in the forms that the tests want, every wait bounded.
public final class Clients {
    /// How long one thing may take, or work of some size may stand still, before a test fails.
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private Clients() {}

    /// A client's configuration: where the node is, and pairs of key and value.
    public static Map<String, Object> config(String bootstrap, String... pairs) {
        Map<String, Object> config = new HashMap<>(pairs(pairs));
        config.put("bootstrap.servers", bootstrap);
        return config;
    }

    /// A producer of text.
    public static Producer<String, String> producer(Tidemark node, String... pairs) {
        return new KafkaProducer<>(config(node.bootstrapServers(), pairs), new StringSerializer(),
                new StringSerializer());
    }

    /// A consumer of text that begins at the beginning and commits when told to.
    public static Consumer<String, String> consumer(Tidemark node, String... pairs) {
        Map<String, Object> config = config(node.bootstrapServers(), pairs);
        config.putIfAbsent("auto.offset.reset", "earliest");
        config.putIfAbsent("enable.auto.commit", "false");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    /// The admin client.
    public static Admin admin(Tidemark node) {
        return Admin.create(config(node.bootstrapServers()));
    }

    /// A topic with a configuration of its own.
    public static void createTopic(Tidemark node, String name, int partitions, String... pairs)
            throws Exception {
        try (Admin admin = admin(node)) {
            get(admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1)
                    .configs(pairs(pairs)))).all());
        }
    }

    /// What a future holds, or the client's own exception.
    public static <T> T get(KafkaFuture<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// Sends all, then waits for all.
    public static <K, V> List<RecordMetadata> send(Producer<K, V> producer,
            List<ProducerRecord<K, V>> records) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(one -> sent.add(producer.send(one)));
        producer.flush();
        List<RecordMetadata> acknowledged = new ArrayList<>();
        for (Future<RecordMetadata> one : sent) {
            acknowledged.add(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return acknowledged;
    }

    /// Sends values `0` to `count - 1` to one partition of a topic.
    public static List<RecordMetadata> sendNumbers(Tidemark node, String topic, int partition,
            int count) throws Exception {
        try (Producer<String, String> producer = producer(node)) {
            return send(producer, numbers(count).stream().map(value ->
                    new ProducerRecord<>(topic, partition, "key " + value, value)).toList());
        }
    }

    /// `0` to `count - 1`.
    public static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /// Polls until as many records are there; fails if they do not come, or are too many.
    public static <K, V> List<ConsumerRecord<K, V>> poll(Consumer<K, V> consumer, int count) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        Wait.whileItGetsOn(() -> count + " records, has " + records.size(), records::size, () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records.size() >= count;
        });
        assertThat(records).hasSize(count);
        return records;
    }

    /// The values of records.
    public static <V> List<V> values(List<? extends ConsumerRecord<?, V>> records) {
        List<V> values = new ArrayList<>();
        records.forEach(one -> values.add(one.value()));
        return values;
    }

    private static Map<String, String> pairs(String... pairs) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
