package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.node.sim.SimulatedCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Controllers that are no brokers, brokers that are no controllers: nodes 1 to 3 vote, 4 to 6 keep
/// partitions.
class RolesTest {
    private final SimulatedCluster cluster = new SimulatedCluster(73, 6,
            id -> id <= 3 ? "controller" : "broker", Map.of(), Trace.SILENT);

    private void form() throws IOException {
        cluster.startAll();
        cluster.await(cluster::allServe);
    }

    private Errors create(int id, String name) {
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics().add(new CreatableTopic().setName(name).setNumPartitions(2)
                .setReplicationFactor((short) 3));
        CreateTopicsResponseData answer = cluster.ask(cluster.connect(id),
                ApiKeys.CREATE_TOPICS, 7, request);
        return Errors.forCode(answer.topics().iterator().next().errorCode());
    }

    private DescribeQuorumResponseData.PartitionData quorum(int at) {
        var request = new DescribeQuorumRequestData();
        request.topics().add(new DescribeQuorumRequestData.TopicData()
                .setTopicName(Topic.CLUSTER_METADATA_TOPIC_NAME)
                .setPartitions(List.of(new DescribeQuorumRequestData.PartitionData())));
        DescribeQuorumResponseData answer = cluster.ask(cluster.connect(at),
                ApiKeys.DESCRIBE_QUORUM, 2, request);
        return answer.topics().isEmpty() ? null
                : answer.topics().getFirst().partitions().getFirst();
    }

    private MetadataResponseData metadata() {
        return cluster.ask(cluster.connect(5), ApiKeys.METADATA, 12,
                new MetadataRequestData().setTopics(new ArrayList<>()));
    }

    @Test
    void controllersVoteAndBrokersFollow() throws IOException {
        long before = Marks.count("an observer polls for a leader");
        for (int id = 4; id <= 6; id++) {
            cluster.start(id);
        }
        cluster.scheduler().runForMs(3_000);
        for (int id = 1; id <= 3; id++) {
            cluster.start(id);
        }
        cluster.await(cluster::allServe);
        assertThat(Marks.count("an observer polls for a leader")).isGreaterThan(before);
        cluster.await(() -> quorum(5) != null && quorum(5).observers().size() == 3);
        DescribeQuorumResponseData.PartitionData told = quorum(5);
        assertThat(told.currentVoters()).extracting(
                DescribeQuorumResponseData.ReplicaState::replicaId)
                .containsExactlyInAnyOrder(1, 2, 3);
        assertThat(told.observers()).extracting(
                DescribeQuorumResponseData.ReplicaState::replicaId)
                .containsExactlyInAnyOrder(4, 5, 6);
        assertThat(told.currentVoters()).as("by number and directory").noneMatch(
                voter -> voter.replicaDirectoryId().equals(
                        Uuid.ZERO_UUID));
        assertThat(cluster.node(4).image().brokers()).extracting(BrokerImage::id)
                .containsExactly(4, 5, 6);
    }

    @Test
    void clientsAreToldOfNoControllerThatTheyCannotReach() throws IOException {
        form();
        cluster.await(() -> metadata().brokers().size() == 3);
        MetadataResponseData told = metadata();
        assertThat(told.brokers()).extracting(MetadataResponseData.MetadataResponseBroker::nodeId)
                .contains(told.controllerId()).containsExactlyInAnyOrder(4, 5, 6);
    }

    @Test
    void brokersGoOnWithTheControllersThatAreLeft() throws IOException {
        form();
        assertThat(create(4, "before")).isEqualTo(Errors.NONE);
        int controller = IntStream.rangeClosed(1, 3).filter(id -> cluster.node(id).controls())
                .findFirst().orElseThrow();
        cluster.kill(controller);
        assertThat(create(5, "after")).isEqualTo(Errors.NONE);
        for (int id = 4; id <= 6; id++) {
            int at = id;
            cluster.await(() -> cluster.node(at).image().topic("before") != null
                    && cluster.node(at).image().topic("after") != null);
            assertThat(cluster.node(at).image().topic("after").partition(0).replicas())
                    .containsExactlyInAnyOrder(4, 5, 6);
        }
    }
}
