package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;

/// Makes and removes the topics that runs use, and waits until they can be used.
public final class TopicAdmin implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 180;
    private static final long POLL_MS = 20;
    private final Admin admin;
    private final short replicas;

    /// @param bootstrap `host:port` of the server
    public TopicAdmin(String bootstrap) {
        this(bootstrap, 1);
    }

    /// @param bootstrap `host:port` of the servers, parted by commas
    /// @param replicas  of each partition that is made here
    public TopicAdmin(String bootstrap, int replicas) {
        this.replicas = (short) replicas;
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
        get(admin.createTopics(topics.stream()
                .map(topic -> new NewTopic(topic, partitions, replicas).configs(config))
                .toList()).all());
    }

    /// Waits until every partition of a topic has a leader.
    public void awaitLeaders(String topic) throws InterruptedException {
        await("leaders of " + topic,
                () -> describe(topic).stream().allMatch(TopicAdmin::hasLeader));
    }

    /// Waits until every partition of a topic has a leader and all its replicas in sync, and that
    /// many brokers are there.
    public void awaitInSync(String topic, int brokers) throws InterruptedException {
        await(topic + " in sync", () -> countBrokers() == brokers && describe(topic).stream()
                .allMatch(p -> hasLeader(p) && p.isr().size() == p.replicas().size()));
    }

    /// Waits until so many brokers are there.
    public void awaitBrokers(int brokers) throws InterruptedException {
        await(brokers + " brokers", () -> countBrokers() == brokers);
    }

    /// Waits until no partition of a topic is led by a broker, or has it in sync.
    public void awaitWithout(String topic, int broker) throws InterruptedException {
        await(topic + " without broker " + broker, () -> describe(topic).stream()
                .allMatch(p -> hasLeader(p) && p.leader().id() != broker
                        && p.isr().stream().noneMatch(node -> node.id() == broker)));
    }

    /// The broker that leads each partition of a topic, in the partitions' order.
    public List<Integer> leaders(String topic) {
        return describe(topic).stream().map(p -> p.leader().id()).toList();
    }

    /// The broker that controls the cluster.
    public int controller() {
        return get(admin.describeMetadataQuorum().quorumInfo()).leaderId();
    }

    /// Deletes topics and returns when the server has answered.
    public void delete(List<String> topics) {
        get(admin.deleteTopics(topics).all());
    }

    @Override
    public void close() {
        admin.close();
    }

    private static void await(String what, BooleanSupplier isSo) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!isSoNow(isSo)) {
            if (System.nanoTime() > untilNs) {
                throw new BenchFailure("not there within " + TIMEOUT_SECONDS + " s: " + what);
            }
            Thread.sleep(POLL_MS);
        }
    }

    /// A refusal means not yet: servers that are on their way up refuse much.
    private static boolean isSoNow(BooleanSupplier isSo) {
        try {
            return isSo.getAsBoolean();
        } catch (BenchFailure refused) {
            if (refused.getCause() instanceof ExecutionException) {
                return false;
            }
            throw refused;
        }
    }

    private static boolean hasLeader(TopicPartitionInfo partition) {
        return partition.leader() != null && !partition.leader().isEmpty();
    }

    private int countBrokers() {
        return get(admin.describeCluster().nodes()).size();
    }

    private List<TopicPartitionInfo> describe(String topic) {
        return get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)).partitions();
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchFailure("the server refused: " + e.getCause().getMessage(), e);
        } catch (InterruptedException | TimeoutException e) {
            throw new BenchFailure("the server did not answer an admin request: " + e, e);
        }
    }
}
