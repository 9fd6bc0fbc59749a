package dev.tidemark.bench.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads a topic from its start, without a group, as fast as it can.
public final class LoadConsumer {
    private final Map<String, Object> properties;

    /// @param properties of the client, `bootstrap.servers` at least
    public LoadConsumer(Map<String, String> properties) {
        this.properties = new HashMap<>(properties);
    }

    /// Reads until so many records have come, or none came for a while.
    ///
    /// @param records   zero for all that there are
    /// @param silenceMs how long without a record means that there are no more
    public LoadSummary run(String topic, long records, long silenceMs) {
        ProgressLine progress = new ProgressLine(System.err, records);
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition())).toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long startNs = System.nanoTime();
            long lastNs = startNs;
            long count = 0;
            long bytes = 0;
            while (records <= 0 || count < records) {
                var batch = consumer.poll(Duration.ofMillis(100));
                long nowNs = System.nanoTime();
                if (batch.isEmpty() && nowNs - lastNs > silenceMs * 1_000_000) {
                    break;
                }
                lastNs = batch.isEmpty() ? lastNs : nowNs;
                count += batch.count();
                for (ConsumerRecord<byte[], byte[]> record : batch) {
                    bytes += Math.max(0, record.serializedValueSize());
                }
                progress.at(count);
            }
            progress.done();
            return new LoadSummary("read", count, bytes, Math.max(1, lastNs - startNs) / 1e9,
                    new Histogram(1));
        }
    }
}
