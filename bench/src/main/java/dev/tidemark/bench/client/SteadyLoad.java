package dev.tidemark.bench.client;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A producer as users have it, idempotent and with its default patience, that sends to each
/// partition of a topic at a fixed rate, and how long each went without an acknowledgement.
///
/// Records are sent when they are due, whatever became of those before them. Begun by making it;
/// ended by [#close()]. Figures may be read from any thread.
public final class SteadyLoad implements AutoCloseable {
    private static final long LONGEST_NS = 180_000_000_000L;
    private static final int ROUNDS_PER_SECOND = 100;
    private static final int RECORD_BYTES = 100;
    private final String topic;
    private final int partitions;
    private final Producer<byte[], byte[]> producer;
    private final AtomicLongArray lastAckNs;
    private final AtomicLongArray longestNs;
    private final AtomicLongArray ackedOf;
    private final AtomicLong failed = new AtomicLong();
    private final Recorder latencies = new Recorder(LONGEST_NS, 3);
    private final Thread sender;
    private volatile boolean isOver;

    /// @param bootstrap addresses of the servers
    /// @param topic     exists
    public SteadyLoad(String bootstrap, String topic, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        lastAckNs = new AtomicLongArray(partitions);
        longestNs = new AtomicLongArray(partitions);
        ackedOf = new AtomicLongArray(partitions);
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
        producer.partitionsFor(topic);
        sender = Thread.ofPlatform().name("steady-load").start(this::send);
    }

    /// Waits until each partition has acknowledged so many records that were sent from now on, or
    /// so many seconds have passed.
    ///
    /// @return whether they have
    public boolean awaitAcks(int records, int seconds) throws InterruptedException {
        long[] from = new long[partitions];
        for (int i = 0; i < partitions; i++) {
            from[i] = ackedOf.get(i) + records;
        }
        long untilNs = System.nanoTime() + seconds * 1_000_000_000L;
        for (int i = 0; i < partitions; i++) {
            while (ackedOf.get(i) < from[i]) {
                if (System.nanoTime() > untilNs) {
                    return false;
                }
                Thread.sleep(1);
            }
        }
        return true;
    }

    /// Forgets the gaps and latencies so far.
    public void mark() {
        for (int i = 0; i < partitions; i++) {
            longestNs.set(i, 0);
        }
        latencies.reset();
    }

    /// Seconds of the longest time since the mark, or over it, that a partition's acknowledgements
    /// were apart; the time since the last one included.
    public double longestGapSeconds(int partition) {
        long openNs = System.nanoTime() - lastAckNs.get(partition);
        return Math.max(openNs, longestNs.get(partition)) / 1e9;
    }

    /// Sends that the client gave up.
    public long failed() {
        return failed.get();
    }

    /// From due to acknowledged since the mark, in nanoseconds.
    public Histogram latencies() {
        return latencies.getIntervalHistogram();
    }

    @Override
    public void close() {
        isOver = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    private void send() {
        Pacer pacer = new Pacer(System.nanoTime(), ROUNDS_PER_SECOND);
        for (long round = 0; !isOver; round++) {
            long dueNs = pacer.awaitDue(round);
            for (int partition = 0; partition < partitions && !isOver; partition++) {
                send(partition, dueNs);
            }
        }
    }

    private void send(int partition, long dueNs) {
        var record = new ProducerRecord<byte[], byte[]>(topic, partition, null,
                new byte[RECORD_BYTES]);
        var _ = producer.send(record, (told, refused) -> {
            if (refused == null) {
                acknowledged(partition, dueNs, System.nanoTime());
            } else {
                failed.incrementAndGet();
            }
        });
    }

    /// Only ever called by the client's own thread.
    private void acknowledged(int partition, long dueNs, long nowNs) {
        long beforeNs = lastAckNs.getAndSet(partition, nowNs);
        if (beforeNs != 0 && nowNs - beforeNs > longestNs.get(partition)) {
            longestNs.set(partition, nowNs - beforeNs);
        }
        ackedOf.incrementAndGet(partition);
        latencies.recordValue(Math.clamp(nowNs - dueNs, 0, LONGEST_NS));
    }
}
