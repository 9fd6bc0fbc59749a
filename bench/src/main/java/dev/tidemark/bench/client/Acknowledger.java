package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A producer that asks again at once when it is refused: it shows when a server first
/// acknowledges, not how patient a client is.
public final class Acknowledger implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 180;
    private final KafkaProducer<byte[], byte[]> producer;

    /// @param bootstrap `host:port` of the server
    public Acknowledger(String bootstrap) {
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap,
                "acks", "all", "linger.ms", 0, "max.block.ms", TIMEOUT_SECONDS * 1000,
                "delivery.timeout.ms", TIMEOUT_SECONDS * 1000, "request.timeout.ms", 60_000,
                "retry.backoff.ms", 5, "retry.backoff.max.ms", 20,
                "reconnect.backoff.ms", 5, "reconnect.backoff.max.ms", 20),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Sends one record to one partition and waits until it is acknowledged.
    public void send(String topic, int partition, int recordBytes) {
        await(producer.send(new ProducerRecord<>(topic, partition, null, new byte[recordBytes])));
    }

    /// Sends one record to each partition and waits until all are acknowledged.
    ///
    /// @return seconds from the first send to the last acknowledgement
    public double sendToEach(String topic, int partitions, int recordBytes) {
        long startedNs = System.nanoTime();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            sent.add(producer.send(
                    new ProducerRecord<>(topic, partition, null, new byte[recordBytes])));
        }
        sent.forEach(Acknowledger::await);
        return (System.nanoTime() - startedNs) / 1e9;
    }

    @Override
    public void close() {
        producer.close();
    }

    private static void await(Future<RecordMetadata> sent) {
        try {
            sent.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchFailure("a record was refused: " + e.getCause(), e);
        } catch (InterruptedException | TimeoutException e) {
            throw new BenchFailure("a record was not acknowledged: " + e, e);
        }
    }
}
