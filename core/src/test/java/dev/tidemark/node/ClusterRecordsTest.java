package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.node.sim.SimulatedCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records in three whole nodes on one simulated network.
class ClusterRecordsTest {
    private static final int PATIENCE = 200;

    private SimulatedCluster cluster;

    private void form(long seed) throws IOException {
        cluster = new SimulatedCluster(seed, 3, Map.of(), Trace.SILENT);
        cluster.startAll();
        cluster.await(cluster::allServe);
        cluster.node(1).createTopic(new NewTopic(RecordDesk.TOPIC, 1, 3, List.of(), Map.of()));
        cluster.await(() -> state(1) != null && state(2) != null && state(3) != null);
    }

    private PartitionImage state(int at) {
        TopicImage topic = cluster.node(at).image().topic(RecordDesk.TOPIC);
        return topic == null ? null : topic.partition(0);
    }

    private PartitionProduceResponse produce(int at, String value) {
        ProduceResponseData answer = cluster.ask(cluster.connect(at), ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME,
                RecordDesk.produceRequest(-1, 0, RecordDesk.records(value)));
        return answer.responses().iterator().next().partitionResponses().getFirst();
    }

    private void produceUntilTaken(int seenFrom, String value) {
        for (int i = 0; i < PATIENCE; i++) {
            int leader = state(seenFrom).leader();
            if (leader != PartitionImage.NO_LEADER
                    && produce(leader, value).errorCode() == Errors.NONE.code()) {
                return;
            }
            cluster.scheduler().runForMs(50);
        }
        throw new AssertionError("nobody takes it");
    }

    private List<String> read(int at) {
        var request = new FetchRequestData().setMaxWaitMs(0).setMinBytes(1).setTopics(List.of(
                new FetchTopic().setTopicId(
                        cluster.node(at).image().topic(RecordDesk.TOPIC).id())
                        .setPartitions(List.of(RecordDesk.partition(0, 0)))));
        FetchResponseData answer = cluster.ask(cluster.connect(at), ApiKeys.FETCH,
                RecordDesk.FETCH_BY_ID, request);
        var only = RecordDesk.only(answer);
        assertThat(only.errorCode()).isEqualTo(Errors.NONE.code());
        return RecordDesk.values(only);
    }

    @ParameterizedTest
    @ValueSource(longs = {81, 82, 83})
    void whatIsAcknowledgedOutlivesItsLeader(long seed) throws IOException {
        form(seed);
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            produceUntilTaken(1, "v" + i);
            acknowledged.add("v" + i);
        }
        int dead = state(1).leader();
        int left = dead == 1 ? 2 : 1;
        cluster.losePower(dead);
        cluster.await(() -> state(left).leader() != dead
                && state(left).leader() != PartitionImage.NO_LEADER);
        produceUntilTaken(left, "later");
        acknowledged.add("later");
        assertThat(read(state(left).leader())).isEqualTo(acknowledged);
        cluster.start(dead);
        cluster.await(() -> state(left).isr().size() == 3);
        produceUntilTaken(left, "together");
        assertThat(state(left).isr()).contains(dead);
    }

    @ParameterizedTest
    @ValueSource(longs = {91, 92})
    void whoDoesNotLeadSaysWhoDoes(long seed) throws IOException {
        form(seed);
        int leader = state(1).leader();
        int other = leader == 1 ? 2 : 1;
        assertThat(produce(other, "lost").errorCode())
                .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
    }
}
