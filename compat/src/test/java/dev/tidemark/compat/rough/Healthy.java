package dev.tidemark.compat.rough;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.LoggerFactory;

/// A well-behaved client beside those that misbehave: writes a record, reads it back, and begins
/// again. It is to notice nothing.
final class Healthy implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition("healthy", 0);
    private static final long PATIENCE_SECONDS = 60;
    private final String bootstrap;
    private final AtomicInteger rounds = new AtomicInteger();
    private final Thread thread = new Thread(this::live, "healthy");
    private volatile boolean isOver;
    private volatile long longestPauseMs;
    private volatile Throwable failure;

    Healthy(String bootstrap) {
        this.bootstrap = bootstrap;
        thread.start();
    }

    /// Waits for a few more rounds, each with its own record there and back.
    void check() {
        int before = rounds.get();
        Wait.until("the healthy client to get on", () -> {
            if (failure != null) {
                throw new AssertionError("the healthy client was harmed", failure);
            }
            return rounds.get() >= before + 3;
        });
    }

    /// The longest time of a round so far.
    long longestPauseMs() {
        return longestPauseMs;
    }

    @Override
    public void close() {
        isOver = true;
        try {
            thread.join(2 * Clients.PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the node logs from now on.
    static List<ILoggingEvent> watchLog() {
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        ((Logger) LoggerFactory.getLogger("dev.tidemark")).addAppender(appender);
        return appender.list;
    }

    private void live() {
        String[] patient = {"delivery.timeout.ms", "60000", "request.timeout.ms", "50000"};
        try (Producer<String, String> producer = new KafkaProducer<>(
                Clients.config(bootstrap, patient), new StringSerializer(),
                new StringSerializer());
                Consumer<String, String> consumer = new KafkaConsumer<>(
                        Clients.config(bootstrap), new StringDeserializer(),
                        new StringDeserializer())) {
            while (!isOver) {
                long startNanos = System.nanoTime();
                long offset = producer.send(new ProducerRecord<>("healthy", 0, null, "well"))
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS).offset();
                consumer.assign(List.of(PARTITION));
                consumer.seek(PARTITION, offset);
                if (consumer.poll(Duration.ofSeconds(PATIENCE_SECONDS)).isEmpty()) {
                    throw new AssertionError("nothing to read at " + offset);
                }
                longestPauseMs = Math.max(longestPauseMs,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
                rounds.incrementAndGet();
            }
        } catch (Exception | AssertionError harm) {
            failure = harm;
        }
    }
}
