package dev.tidemark.compat.cluster;

import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import dev.tidemark.compat.cluster.ClusterHistory.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/// Idempotent producers, a reader and a group at work on a cluster while it is ill-treated.
///
/// A record's key is its sender, its value the number that the sender gave it in the partition.
final class ClusterLoad implements AutoCloseable {
    private static final int OUTSTANDING = 500;
    private static final int BURST = 25;
    private static final long REST_NANOS = 20_000_000;
    private static final long END_WITHIN_MS = 2 * Clients.PATIENCE.toMillis();
    private static final String[] PATIENT = {"reconnect.backoff.ms", "20",
        "reconnect.backoff.max.ms", "200", "retry.backoff.ms", "20", "retry.backoff.max.ms", "200",
        "delivery.timeout.ms", "120000", "request.timeout.ms", "5000", "batch.size", "2000",
        "max.block.ms", "120000", "acks", "all", "auto.offset.reset", "earliest",
        "enable.auto.commit", "false", "default.api.timeout.ms", "60000",
        "metadata.max.age.ms", "5000"};

    private final String bootstrap;
    private final String topic;
    private final List<TopicPartition> partitions;
    private final ClusterHistory history = new ClusterHistory();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isOver;
    private volatile boolean isRead;
    private volatile Throwable failure;

    /// @param protocol of the group: `classic` or `consumer`
    ClusterLoad(String bootstrap, String topic, int partitionCount, String protocol) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        partitions = IntStream.range(0, partitionCount)
                .mapToObj(i -> new TopicPartition(topic, i)).toList();
        for (int sender = 1; sender <= 2; sender++) {
            int number = sender;
            run("sender-" + sender, () -> write(number));
        }
        run("reader", this::follow);
        for (int member = 1; member <= 2; member++) {
            run("member-" + member, () -> work(protocol));
        }
    }

    ClusterHistory history() {
        return history;
    }

    /// Waits until the clients get on again.
    void awaitProgress() {
        long acknowledged = history.acknowledgedCount();
        long consumed = history.consumedCount();
        Wait.until("acknowledgements, from " + acknowledged, () -> {
            check();
            return history.acknowledgedCount() > acknowledged + 200;
        });
        Wait.until("what is read, from " + consumed, () -> {
            check();
            return history.consumedCount() > consumed + 200;
        });
    }

    /// Sends no more, waits for what is on its way, and reads all of it.
    Map<TopicPartition, TreeMap<Long, Sent>> finish() throws Exception {
        isOver = true;
        for (Thread sender : threads) {
            if (sender.getName().startsWith("sender")) {
                sender.join(END_WITHIN_MS);
                if (sender.isAlive()) {
                    throw new AssertionError(sender.getName() + " does not end");
                }
            }
        }
        check();
        Map<TopicPartition, TreeMap<Long, Sent>> logs = read();
        Wait.whileItGetsOn(() -> "the reader: " + history.unconsumed(logs).size() + " left",
                history::consumedCount, () -> {
                    check();
                    LockSupport.parkNanos(REST_NANOS);
                    return history.unconsumed(logs).isEmpty();
                });
        return logs;
    }

    @Override
    public void close() {
        isOver = true;
        isRead = true;
        try {
            for (Thread thread : threads) {
                thread.join(END_WITHIN_MS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    private void run(String name, Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException | AssertionError reason) {
                failure = reason;
            }
        }, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void check() {
        if (failure != null) {
            throw new AssertionError("a client failed", failure);
        }
    }

    private void write(int sender) {
        var free = new Semaphore(OUTSTANDING);
        try (Producer<Long, Long> producer = new KafkaProducer<>(
                Clients.config(bootstrap, PATIENT), new LongSerializer(), new LongSerializer())) {
            for (long number = 0; !isOver; number++) {
                for (TopicPartition partition : partitions) {
                    free.acquireUninterruptibly();
                    send(producer, partition, new Sent(sender, number), free);
                }
                if (number % BURST == 0) {
                    LockSupport.parkNanos(REST_NANOS);
                }
            }
            producer.flush();
        }
    }

    private void send(Producer<Long, Long> producer, TopicPartition partition, Sent value,
            Semaphore free) {
        history.sending(partition, value);
        var record = new ProducerRecord<>(topic, partition.partition(), (long) value.sender(),
                value.number());
        var _ = producer.send(record, (RecordMetadata told, Exception reason) -> {
            free.release();
            if (reason == null) {
                history.acknowledged(partition, value, told.offset());
            } else {
                failure = new AssertionError(value + " was given up", reason);
            }
        });
    }

    /// Reads everything as it comes.
    private void follow() {
        try (KafkaConsumer<Long, Long> consumer = new KafkaConsumer<>(
                Clients.config(bootstrap, PATIENT), new LongDeserializer(),
                new LongDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!isRead) {
                for (ConsumerRecord<Long, Long> one : consumer.poll(Duration.ofMillis(100))) {
                    var partition = new TopicPartition(one.topic(), one.partition());
                    history.seen(partition, one.offset(), value(one));
                }
            }
        }
    }

    /// A member of the group: notes what it has got, then commits it.
    private void work(String protocol) {
        Map<String, Object> config = Clients.config(bootstrap, PATIENT);
        config.put("group.id", "workers");
        config.put("group.protocol", protocol);
        if (protocol.equals("classic")) {
            config.put("session.timeout.ms", "6000");
            config.put("heartbeat.interval.ms", "500");
        }
        try (KafkaConsumer<Long, Long> consumer = new KafkaConsumer<>(config,
                new LongDeserializer(), new LongDeserializer())) {
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                    assigned.forEach(one -> history.resumed(one, consumer.position(one)));
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                    // What was not committed is done again by whoever is next.
                }
            });
            while (!isRead) {
                workOnce(consumer);
            }
        }
    }

    private void workOnce(KafkaConsumer<Long, Long> consumer) {
        try {
            Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
            for (ConsumerRecord<Long, Long> one : consumer.poll(Duration.ofMillis(100))) {
                var partition = new TopicPartition(one.topic(), one.partition());
                history.seen(partition, one.offset(), value(one));
                history.consumed(partition, one.offset());
                done.put(partition, new OffsetAndMetadata(one.offset() + 1));
            }
            if (!done.isEmpty()) {
                consumer.commitSync(done);
                done.forEach((partition, end) -> history.committed(partition, end.offset()));
            }
        } catch (CommitFailedException | RetriableException expelled) {
            // Its partitions are another member's by now, or nobody answered for a while: what was
            // not committed is done again.
        }
    }

    private Map<TopicPartition, TreeMap<Long, Sent>> read() {
        Map<TopicPartition, TreeMap<Long, Sent>> logs = new HashMap<>();
        partitions.forEach(one -> logs.put(one, new TreeMap<>()));
        try (KafkaConsumer<Long, Long> consumer = new KafkaConsumer<>(
                Clients.config(bootstrap, PATIENT), new LongDeserializer(),
                new LongDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Wait.whileItGetsOn(() -> "all records of " + ends,
                    () -> logs.values().stream().mapToLong(TreeMap::size).sum(), () -> {
                        consumer.poll(Duration.ofMillis(100)).forEach(one ->
                                logs.get(new TopicPartition(one.topic(), one.partition()))
                                        .put(one.offset(), value(one)));
                        return partitions.stream().allMatch(
                                one -> consumer.position(one) >= ends.get(one));
                    });
        }
        return logs;
    }

    private static Sent value(ConsumerRecord<Long, Long> record) {
        return new Sent(record.key().intValue(), record.value());
    }
}
