package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.fetch.FetchHandler;
import dev.tidemark.broker.fetch.ReadReplicas;
import dev.tidemark.broker.produce.ProduceHandler;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlCommand.CreateTopics;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.TopicImage;
import dev.tidemark.control.decide.ControlWorld;
import dev.tidemark.io.Loop;
import dev.tidemark.machine.Lease;
import dev.tidemark.replica.Partition;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client asks broker 1 for a partition that broker 2 leads.
class LeaderHintsTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final ControlWorld world = ControlWorld.oneNode();
    private final LeaderHints hints = new LeaderHints(world::image);
    private TopicImage topic;

    @BeforeEach
    void createElsewhere() {
        world.register(2);
        world.submit(new CreateTopics(List.of(new NewTopic("t", -1, -1,
                List.of(new Assignment(0, List.of(2))), Map.of())), Effect.COMMIT));
        topic = world.image().topic("t");
        stage.partitions().put(new Partitions.Entry("t", topic.id(), new Partition[1]));
    }

    @Test
    void aProducerIsToldWhereTheLeaderIs() {
        var request = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(100);
        request.topicData().add(new TopicProduceData().setName("t").setTopicId(topic.id())
                .setPartitionData(List.of(new PartitionProduceData().setIndex(0))));
        var handler = new ProduceHandler(stage.partitions(), hints);
        ProduceResponseData told = stage.ask(handler, ApiKeys.PRODUCE, 13, request);
        var row = told.responses().iterator().next().partitionResponses().getFirst();
        assertThat(row.errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(row.currentLeader().leaderId()).isEqualTo(2);
        assertThat(row.currentLeader().leaderEpoch()).isZero();
        assertThat(told.nodeEndpoints()).singleElement().satisfies(
                node -> assertThat(node.host()).isEqualTo("host2"));
        ProduceResponseData untold = stage.ask(handler, ApiKeys.PRODUCE, 9, request);
        assertThat(untold.nodeEndpoints()).isEmpty();
    }

    @Test
    void aConsumerIsToldWhereTheLeaderIs() {
        var request = new FetchRequestData().setSessionEpoch(-1).setMaxWaitMs(0);
        request.topics().add(new FetchTopic().setTopicId(topic.id()).setPartitions(
                List.of(new FetchPartition().setPartition(0))));
        var handler = new FetchHandler(List.<Loop>copyOf(stage.loops()), stage.partitions(),
                new Router(), new Prng(2), stage.offload(), 1 << 20, new FetchHandler.Cluster(
                        ReadReplicas.LEADERS, hints, ReplicationThrottle.none(), Lease.FOREVER));
        FetchResponseData told = stage.ask(handler, ApiKeys.FETCH, 17, request);
        var row = told.responses().getFirst().partitions().getFirst();
        assertThat(row.errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(row.currentLeader().leaderId()).isEqualTo(2);
        assertThat(told.nodeEndpoints()).singleElement().satisfies(
                node -> assertThat(node.port()).isEqualTo(9092));
    }
}
