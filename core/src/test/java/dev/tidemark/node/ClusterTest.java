package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.node.sim.SimulatedCluster;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Three whole nodes on one simulated network.
class ClusterTest {
    private static final List<Integer> ALL = List.of(1, 2, 3);

    private final SimulatedCluster cluster =
            new SimulatedCluster(72, 3, Map.of(), Trace.SILENT);

    private void form() throws IOException {
        cluster.startAll();
        cluster.await(cluster::allServe);
    }

    private int controllerAt(int id) {
        DescribeClusterResponseData answer = cluster.ask(cluster.connect(id),
                ApiKeys.DESCRIBE_CLUSTER, 1, new DescribeClusterRequestData());
        return answer.controllerId();
    }

    private Errors create(int id, String name) {
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics().add(new CreatableTopic().setName(name).setNumPartitions(3)
                .setReplicationFactor((short) 3));
        CreateTopicsResponseData answer = cluster.ask(cluster.connect(id),
                ApiKeys.CREATE_TOPICS, 7, request);
        return Errors.forCode(answer.topics().iterator().next().errorCode());
    }

    private boolean areKnown(int id, String... topics) {
        for (String topic : topics) {
            if (cluster.node(id).image().topic(topic) == null) {
                return false;
            }
        }
        return true;
    }

    private boolean isFenced(int at, int brokerId) {
        BrokerImage broker = cluster.node(at).image().broker(brokerId);
        return broker == null || broker.fenced();
    }

    private Set<Integer> leaders(int at, String name) {
        TopicImage topic = cluster.node(at).image().topic(name);
        Set<Integer> leaders = new HashSet<>();
        for (int i = 0; i < topic.partitionCount(); i++) {
            leaders.add(topic.partition(i).leader());
        }
        return leaders;
    }

    @Test
    void aClusterFormsAndATopicIsCreatedThroughAnyNode() throws IOException {
        form();
        for (int id : ALL) {
            assertThat(create(id, "t" + id)).isEqualTo(Errors.NONE);
        }
        for (int id : ALL) {
            cluster.await(() -> areKnown(id, "t1", "t2", "t3"));
            cluster.await(() -> controllerAt(id) == controllerAt(1));
            assertThat(cluster.node(id).image().brokers()).extracting(BrokerImage::id)
                    .containsExactlyElementsOf(ALL);
            PartitionImage partition = cluster.node(id).image().topic("t1").partition(0);
            assertThat(partition.replicas()).containsExactlyInAnyOrderElementsOf(ALL);
        }
        assertThat(create(2, "t1")).isEqualTo(Errors.TOPIC_ALREADY_EXISTS);
    }

    @Test
    void aDecisionTakesAFewRoundTripsAndNoWaiting() throws IOException {
        form();
        for (int i = 0; i < 10; i++) {
            long fromNs = cluster.scheduler().nowNs();
            assertThat(create(1 + i % 3, "quick" + i)).isEqualTo(Errors.NONE);
            assertThat(cluster.scheduler().nowNs() - fromNs).isLessThan(30_000_000);
        }
    }

    @Test
    void everyNodeTellsItsClientsOfAllTheBrokersAndCreatesWhatTheyAskFor() throws IOException {
        form();
        int other = controllerAt(1) == 1 ? 2 : 1;
        WireClient client = cluster.connect(other);
        var request = new MetadataRequestData().setTopics(List.of(
                new MetadataRequestTopic().setName("asked-for")));
        cluster.<MetadataResponseData>ask(client, ApiKeys.METADATA, 12, request);
        cluster.await(() -> areKnown(other, "asked-for"));
        MetadataResponseData told = cluster.ask(client, ApiKeys.METADATA, 12, request);
        assertThat(told.brokers()).extracting(broker -> broker.nodeId() + "@" + broker.host())
                .containsExactlyInAnyOrder("1@n1", "2@n2", "3@n3");
        cluster.await(() -> controllerAt(other) == controllerAt(1));
        InitProducerIdResponseData first = cluster.ask(client, ApiKeys.INIT_PRODUCER_ID, 4,
                new InitProducerIdRequestData().setTransactionalId(null));
        InitProducerIdResponseData elsewhere = cluster.ask(cluster.connect(controllerAt(1)),
                ApiKeys.INIT_PRODUCER_ID, 4,
                new InitProducerIdRequestData().setTransactionalId(null));
        assertThat(first.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(first.producerId()).isNotEqualTo(elsewhere.producerId());
    }

    @Test
    void theDeathOfTheControllerCostsItsLeadershipsAndNothingElse() throws IOException {
        form();
        create(1, "t");
        int dead = controllerAt(1);
        int left = dead == 1 ? 2 : 1;
        cluster.await(() -> areKnown(left, "t"));
        long fromMs = cluster.scheduler().nowNs() / 1_000_000;
        cluster.kill(dead);
        cluster.await(() -> isFenced(left, dead) && !leaders(left, "t").contains(dead));
        assertThat(cluster.scheduler().nowNs() / 1_000_000 - fromMs).isLessThan(5_000);
        assertThat(create(left, "later")).isEqualTo(Errors.NONE);
        cluster.start(dead);
        cluster.await(() -> cluster.serves(dead) && areKnown(dead, "t", "later"));
        cluster.await(() -> !isFenced(left, dead));
    }

    @Test
    void aBrokerThatIsCutOffIsFencedAndComesBack() throws IOException {
        form();
        int controller = controllerAt(1);
        int lonely = controller == 3 ? 2 : 3;
        cluster.net().isolate("n" + lonely);
        cluster.await(() -> isFenced(controller, lonely));
        cluster.net().heal();
        cluster.await(() -> !isFenced(controller, lonely));
    }

    @Test
    void controllersAreToldByTheirOwnListener() throws IOException {
        form();
        DescribeClusterResponseData told = describeBy("CONTROLLER", 2);
        assertThat(told.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(told.controllerId()).isEqualTo(controllerAt(1));
        assertThat(told.brokers()).extracting(node -> node.brokerId() + "@" + node.host())
                .containsExactlyInAnyOrder("1@n1", "2@n2", "3@n3");
        assertThat(told.clusterId()).isEqualTo(describeBy("PLAINTEXT", 1).clusterId());
        assertThat(describeBy("CONTROLLER", 1).errorCode())
                .isEqualTo(Errors.MISMATCHED_ENDPOINT_TYPE.code());
        assertThat(describeBy("CONTROLLER", 3).errorCode())
                .isEqualTo(Errors.UNSUPPORTED_ENDPOINT_TYPE.code());
    }

    private DescribeClusterResponseData describeBy(String listener, int endpointType) {
        Loop home = cluster.computer(1).loops().getFirst();
        var connection = new SimConnection[1];
        home.execute(() -> connection[0] =
                new SimConnection(home, cluster.node(1).acceptor(), listener));
        cluster.await(() -> connection[0] != null);
        return cluster.ask(new WireClient(connection[0]), ApiKeys.DESCRIBE_CLUSTER, 1,
                new DescribeClusterRequestData().setEndpointType((byte) endpointType));
    }

    @Test
    void aNodeThatTakesLeaveGivesItsLeadershipsAwayFirst() throws IOException {
        form();
        create(1, "t");
        int controller = controllerAt(1);
        int leaver = controller == 3 ? 2 : 3;
        cluster.await(() -> areKnown(controller, "t"));
        assertThat(leaders(controller, "t")).contains(leaver);
        var letGo = new boolean[1];
        cluster.node(leaver).leave(() -> letGo[0] = true);
        cluster.await(() -> letGo[0]);
        assertThat(leaders(controller, "t")).doesNotContain(leaver);
    }

    @Test
    void aControllerThatTakesLeaveIsFollowedAtOnce() throws IOException {
        form();
        create(1, "t");
        int controller = controllerAt(1);
        int other = controller == 1 ? 2 : 1;
        long fromMs = cluster.scheduler().nowNs() / 1_000_000;
        var letGo = new boolean[1];
        cluster.node(controller).leave(() -> letGo[0] = true);
        cluster.await(() -> letGo[0]);
        cluster.kill(controller);
        assertThat(create(other, "later")).isEqualTo(Errors.NONE);
        assertThat(cluster.scheduler().nowNs() / 1_000_000 - fromMs).isLessThan(1_500);
    }
}
