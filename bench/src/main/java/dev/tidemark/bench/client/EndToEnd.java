package dev.tidemark.bench.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// An open loop: one thread sends at a fixed rate, another reads, and each record carries the
/// moment at which it was *due*. Latencies are in nanoseconds from that moment.
///
/// One producer and one consumer, without a group. The first seconds are not counted.
public final class EndToEnd {
    private static final long LONGEST_NS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private final Recorder acknowledged = new Recorder(LONGEST_NS, DIGITS);
    private final Histogram received = new Histogram(LONGEST_NS, DIGITS);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final String bootstrap;
    private final String topic;
    private final Plan plan;

    /// What is sent.
    ///
    /// @param warmUpSeconds sent, but not counted
    public record Plan(int partitions, int recordBytes, int recordsPerSecond, int warmUpSeconds,
            int seconds) {
        long uncounted() {
            return (long) recordsPerSecond * warmUpSeconds;
        }

        long records() {
            return (long) recordsPerSecond * (warmUpSeconds + seconds);
        }
    }

    /// @param bootstrap `host:port` of the server
    /// @param topic     exists, and nobody else writes to it
    public EndToEnd(String bootstrap, String topic, Plan plan) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.plan = plan;
    }

    /// Runs the whole plan and waits until every record has come back.
    public void run() throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Thread sender = new Thread(this::send, "sender");
            sender.start();
            receive(consumer);
            sender.join();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /// From due to received by the consumer.
    public Histogram received() {
        return received;
    }

    /// From due to acknowledged to the producer.
    public Histogram acknowledged() {
        return acknowledged.getIntervalHistogram();
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap,
                "fetch.max.wait.ms", 500, "fetch.min.bytes", 1),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, plan.partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition)).toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        all.forEach(consumer::position);
        return consumer;
    }

    private void send() {
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap,
                "acks", "all", "linger.ms", 0), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.partitionsFor(topic);
            Pacer pacer = new Pacer(System.nanoTime(), plan.recordsPerSecond());
            for (long index = 0; index < plan.records() && failure.get() == null; index++) {
                send(producer, index, pacer.awaitDue(index));
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long index, long dueNs) {
        byte[] value = ByteBuffer.allocate(plan.recordBytes()).putLong(dueNs).putLong(index)
                .array();
        boolean counted = index >= plan.uncounted();
        int partition = (int) (index % plan.partitions());
        var sent = producer.send(new ProducerRecord<>(topic, partition, null, value),
                (metadata, refused) -> {
                    if (refused != null) {
                        failure.compareAndSet(null, refused);
                    } else if (counted) {
                        acknowledged.recordValue(clamped(System.nanoTime() - dueNs));
                    }
                });
        if (sent.isCancelled()) {
            throw new IllegalStateException("a send was cancelled");
        }
    }

    private void receive(KafkaConsumer<byte[], byte[]> consumer) {
        long left = plan.records();
        long silentSinceNs = System.nanoTime();
        while (left > 0 && failure.get() == null) {
            var records = consumer.poll(Duration.ofMillis(200));
            long nowNs = System.nanoTime();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                count(ByteBuffer.wrap(record.value()), nowNs);
            }
            left -= records.count();
            silentSinceNs = records.isEmpty() ? silentSinceNs : nowNs;
            if (nowNs - silentSinceNs > LONGEST_NS) {
                failure.compareAndSet(null, new IllegalStateException(left + " records are lost"));
            }
        }
    }

    private void count(ByteBuffer value, long nowNs) {
        long dueNs = value.getLong();
        if (value.getLong() >= plan.uncounted()) {
            received.recordValue(clamped(nowNs - dueNs));
        }
    }

    private static long clamped(long ns) {
        return Math.clamp(ns, 0, LONGEST_NS);
    }
}
