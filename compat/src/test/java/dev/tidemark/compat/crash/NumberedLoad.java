package dev.tidemark.compat.crash;

import dev.tidemark.compat.Clients;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/// An idempotent producer and a reader at work through all crashes, each on a thread of its own.
///
/// The producer sends in bursts that keep several requests on their way, and rests between them, so
/// that a fast machine does no more than a slow one and the log can be read back in seconds.
final class NumberedLoad implements AutoCloseable {
    /// Records on their way at a time: enough for all requests in flight, and soon at an end.
    private static final int OUTSTANDING = 2_000;
    /// Numbers of one burst, each of which goes to all partitions.
    private static final int BURST = 200;
    private static final long REST_NANOS = 20_000_000;
    private static final long END_WITHIN_MS = 2 * Clients.PATIENCE.toMillis();
    private static final String[] PATIENT = {"reconnect.backoff.ms", "20",
        "reconnect.backoff.max.ms", "100", "retry.backoff.ms", "20", "retry.backoff.max.ms", "100",
        "delivery.timeout.ms", "120000", "request.timeout.ms", "5000", "batch.size", "2000",
        "max.block.ms", "120000", "auto.offset.reset", "earliest"};
    private final String bootstrap;
    private final List<TopicPartition> partitions;
    private final List<History> histories;
    private final Semaphore free = new Semaphore(OUTSTANDING);
    private final Thread writer = new Thread(this::write, "writer");
    private final Thread reader = new Thread(this::read, "reader");
    private volatile boolean isOver;
    private volatile Throwable failure;

    NumberedLoad(String bootstrap, List<TopicPartition> partitions, List<History> histories) {
        this.bootstrap = bootstrap;
        this.partitions = partitions;
        this.histories = histories;
        writer.start();
        reader.start();
    }

    /// How many were acknowledged on all partitions.
    int acknowledgedCount() {
        if (failure != null) {
            throw new AssertionError("a client failed", failure);
        }
        return histories.stream().mapToInt(History::acknowledgedCount).sum();
    }

    /// Sends no more, waits for what is on its way.
    @Override
    public void close() {
        isOver = true;
        try {
            writer.join(END_WITHIN_MS);
            reader.join(END_WITHIN_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive() || reader.isAlive() || failure != null) {
            throw new AssertionError("clients did not end well", failure);
        }
    }

    private void write() {
        try (Producer<Long, Long> producer = new KafkaProducer<>(
                Clients.config(bootstrap, PATIENT), new LongSerializer(), new LongSerializer())) {
            for (long value = 0; !isOver; value++) {
                for (int i = 0; i < partitions.size(); i++) {
                    free.acquire();
                    send(producer, i, value);
                }
                if (value % BURST == 0) {
                    LockSupport.parkNanos(REST_NANOS);
                }
            }
            producer.flush();
        } catch (InterruptedException | RuntimeException reason) {
            failure = reason;
        }
    }

    private void send(Producer<Long, Long> producer, int partition, long value) {
        var record = new ProducerRecord<>(partitions.get(partition).topic(), partition, value,
                value);
        var _ = producer.send(record, (RecordMetadata told, Exception reason) -> {
            free.release();
            if (reason == null) {
                histories.get(partition).acknowledged(value, told.offset());
            } else {
                histories.get(partition).failed(value, reason);
            }
        });
    }

    private void read() {
        try (KafkaConsumer<Long, Long> consumer = new KafkaConsumer<>(
                Clients.config(bootstrap, PATIENT), new LongDeserializer(),
                new LongDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!isOver) {
                for (ConsumerRecord<Long, Long> one : consumer.poll(Duration.ofMillis(100))) {
                    histories.get(one.partition()).seen(one.offset(), one.value());
                }
            }
        } catch (RuntimeException | AssertionError reason) {
            failure = reason;
        }
    }
}
