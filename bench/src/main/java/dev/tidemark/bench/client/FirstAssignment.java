package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// How long a consumer, alone in a new group, waits for its partitions.
public final class FirstAssignment {
    private static final long WITHIN_NS = TimeUnit.MINUTES.toNanos(2);

    private FirstAssignment() {}

    /// Joins a new group and leaves it again.
    ///
    /// @param protocol `classic` or `consumer`
    /// @return seconds from the first poll to the first assignment
    public static double seconds(String bootstrap, String topic, String group, String protocol) {
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap,
                "group.id", group, "group.protocol", protocol, "retry.backoff.ms", 5,
                "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            long startedNs = System.nanoTime();
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(5));
                if (System.nanoTime() - startedNs > WITHIN_NS) {
                    throw new BenchFailure("no assignment within two minutes: " + protocol);
                }
            }
            return (System.nanoTime() - startedNs) / 1e9;
        }
    }
}
