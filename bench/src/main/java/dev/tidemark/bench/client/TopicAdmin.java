package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/// Makes and removes the topics that runs use, and waits until they can be used.
public final class TopicAdmin implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 180;
    private static final long POLL_MS = 20;
    private final Admin admin;

    /// @param bootstrap `host:port` of the server
    public TopicAdmin(String bootstrap) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap,
                "retry.backoff.ms", 5, "reconnect.backoff.ms", 5, "reconnect.backoff.max.ms", 20,
                "default.api.timeout.ms", TIMEOUT_SECONDS * 1000, "request.timeout.ms", 60_000));
    }

    /// Creates one topic and returns when the server has answered.
    public void create(String topic, int partitions, Map<String, String> config) {
        create(List.of(topic), partitions, config);
    }

    /// Creates several topics in one request.
    public void create(List<String> topics, int partitions, Map<String, String> config) {
        await(admin.createTopics(topics.stream()
                .map(topic -> new NewTopic(topic, partitions, (short) 1).configs(config))
                .toList()).all());
    }

    /// Waits until every partition of a topic has a leader.
    public void awaitLeaders(String topic) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!hasLeaders(topic)) {
            if (System.nanoTime() > untilNs) {
                throw new BenchFailure("topic " + topic + " has partitions without a leader");
            }
            Thread.sleep(POLL_MS);
        }
    }

    /// Deletes topics and returns when the server has answered.
    public void delete(List<String> topics) {
        await(admin.deleteTopics(topics).all());
    }

    @Override
    public void close() {
        admin.close();
    }

    private boolean hasLeaders(String topic) {
        try {
            TopicDescription description = admin.describeTopics(List.of(topic))
                    .topicNameValues().get(topic).get(60, TimeUnit.SECONDS);
            return description.partitions().stream().allMatch(p -> p.leader() != null
                    && !p.leader().isEmpty());
        } catch (ExecutionException notYet) {
            return false;
        } catch (InterruptedException | TimeoutException e) {
            throw new BenchFailure("describing " + topic + ": " + e, e);
        }
    }

    private static void await(KafkaFuture<Void> future) {
        try {
            future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchFailure("the server refused: " + e.getCause().getMessage(), e);
        } catch (InterruptedException | TimeoutException e) {
            throw new BenchFailure("the server did not answer an admin request: " + e, e);
        }
    }
}
