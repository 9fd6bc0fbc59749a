package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Sends records of random bytes to any server, at a fixed rate or as fast as it can.
///
/// Latency counts from when a record was due, so a rate that the server can't keep up with shows
/// as latency and not as fewer records.
public final class LoadProducer {
    private static final long LONGEST_NS = 120_000_000_000L;
    private final Recorder latencies = new Recorder(LONGEST_NS, 3);
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Exception> refused = new AtomicReference<>();
    private final Map<String, Object> properties;

    /// @param properties of the client, `bootstrap.servers` at least
    public LoadProducer(Map<String, String> properties) {
        this.properties = new HashMap<>(properties);
    }

    /// Sends everything and waits until it is acknowledged.
    ///
    /// @param recordsPerSecond zero for as fast as it can
    /// @throws BenchFailure when a record is refused
    public LoadSummary run(String topic, Load load, double recordsPerSecond) {
        byte[] value = new byte[load.recordBytes()];
        new SplittableRandom(1).nextBytes(value);
        ProgressLine progress = new ProgressLine(System.err, load.records());
        long startNs;
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.partitionsFor(topic);
            startNs = System.nanoTime();
            Pacer pacer = new Pacer(startNs, recordsPerSecond);
            for (long index = 0; index < load.records() && refused.get() == null; index++) {
                var sent = producer.send(new ProducerRecord<>(topic, value),
                        callback(pacer.awaitDue(index)));
                progress.at(sent.isDone() ? acknowledged.get() : index);
            }
        }
        progress.done();
        if (refused.get() != null) {
            throw new BenchFailure("a record was refused: " + refused.get().getMessage(),
                    refused.get());
        }
        Histogram histogram = latencies.getIntervalHistogram();
        return new LoadSummary("sent", acknowledged.get(), acknowledged.get() * value.length,
                (System.nanoTime() - startNs) / 1e9, histogram);
    }

    private Callback callback(long dueNs) {
        return (metadata, failure) -> {
            if (failure == null) {
                acknowledged.incrementAndGet();
                latencies.recordValue(Math.clamp(System.nanoTime() - dueNs, 0, LONGEST_NS));
            } else {
                refused.compareAndSet(null, failure);
            }
        };
    }
}
