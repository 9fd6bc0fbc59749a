package dev.tidemark.node;

import dev.tidemark.base.Trace;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.node.sim.SimulatedCluster;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A cluster of whole simulated nodes, and what an operator and a producer say to it.
final class ClusterDesk {
    static final String TOPIC = RecordDesk.TOPIC;
    private static final int PATIENCE = 1_000;

    final SimulatedCluster cluster;
    private final int nodes;

    /// Nodes that all serve.
    ClusterDesk(long seed, int nodes, Map<String, String> file) throws IOException {
        this.nodes = nodes;
        cluster = new SimulatedCluster(seed, nodes, file, Trace.SILENT);
        cluster.startAll();
        cluster.await(cluster::allServe);
    }

    /// A node that runs.
    int someNode() {
        return IntStream.rangeClosed(1, nodes).filter(id -> cluster.computer(id).isRunning())
                .findFirst().orElseThrow();
    }

    <R extends ApiMessage> R ask(ApiKeys api, int version, ApiMessage request) {
        return cluster.ask(cluster.connect(someNode()), api, version, request);
    }

    /// Creates the topic with these replicas for each of its partitions; known everywhere then.
    @SafeVarargs
    final void create(List<Integer>... replicas) {
        var topic = new CreatableTopic().setName(TOPIC).setNumPartitions(-1)
                .setReplicationFactor((short) -1);
        for (int p = 0; p < replicas.length; p++) {
            topic.assignments().add(new CreatableReplicaAssignment().setPartitionIndex(p)
                    .setBrokerIds(replicas[p]));
        }
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics().add(topic);
        CreateTopicsResponseData answer = ask(ApiKeys.CREATE_TOPICS, 7, request);
        expect(answer.topics().iterator().next().errorCode());
        cluster.await(() -> IntStream.rangeClosed(1, nodes)
                .allMatch(id -> topicAt(id) != null));
    }

    private static void expect(short code) {
        if (code != Errors.NONE.code()) {
            throw new AssertionError(Errors.forCode(code));
        }
    }

    TopicImage topicAt(int id) {
        return image(id).topic(TOPIC);
    }

    private MetadataImage image(int id) {
        return cluster.node(id).image();
    }

    /// A partition as a node that runs knows it.
    PartitionImage state(int partition) {
        return topicAt(someNode()).partition(partition);
    }

    /// Sets one key; null removes it.
    void configure(ConfigTarget target, String key, String value) {
        var change = new AlterableConfig().setName(key).setValue(value).setConfigOperation(
                (value == null ? OpType.DELETE : OpType.SET).id());
        var resource = new AlterConfigsResource().setResourceType(target.type().id())
                .setResourceName(target.name());
        resource.configs().add(change);
        var request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource);
        // Of itself alone a broker takes such a request, as Kafka's do.
        int to = target.type() == ConfigResource.Type.BROKER && !target.name().isEmpty()
                ? Integer.parseInt(target.name()) : someNode();
        IncrementalAlterConfigsResponseData answer = cluster.ask(cluster.connect(to),
                ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, request);
        expect(answer.responses().getFirst().errorCode());
    }

    /// Asks for other replicas of a partition.
    void reassign(int partition, List<Integer> replicas) {
        var request = new AlterPartitionReassignmentsRequestData().setTopics(List.of(
                new ReassignableTopic().setName(TOPIC).setPartitions(List.of(
                        new ReassignablePartition().setPartitionIndex(partition)
                                .setReplicas(replicas)))));
        AlterPartitionReassignmentsResponseData answer =
                ask(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, 1, request);
        expect(answer.errorCode());
        expect(answer.responses().getFirst().partitions().getFirst().errorCode());
    }

    /// Has a record acknowledged by all in sync, however often that takes.
    void produce(int partition, String value) {
        for (int i = 0; i < PATIENCE; i++) {
            if (attempt(partition, value) == Errors.NONE) {
                return;
            }
            cluster.scheduler().runForMs(10);
        }
        throw new AssertionError("never acknowledged");
    }

    /// Sends a record once, if anybody leads.
    Errors attempt(int partition, String value) {
        int leader = state(partition).leader();
        if (leader < 0 || !cluster.computer(leader).isRunning()) {
            return Errors.LEADER_NOT_AVAILABLE;
        }
        ProduceResponseData answer = cluster.ask(cluster.connect(leader), ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME,
                RecordDesk.produceRequest(-1, partition, RecordDesk.records(value)));
        return Errors.forCode(answer.responses().iterator().next().partitionResponses()
                .getFirst().errorCode());
    }

    /// Simulated time since the start, in milliseconds.
    long nowMs() {
        return cluster.scheduler().nowNs() / 1_000_000;
    }
}
