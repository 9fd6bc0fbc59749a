package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Groups through the whole path: client, wire, coordinator, log, sync, answer, and a loss of
/// power in between.
class GroupsOnANodeTest {
    private static final String GROUP = "g";

    private SimulatedNode world = new SimulatedNode(1, NodeConfig.DEFAULTS);

    private WireClient startWithTopic() throws IOException {
        world.start();
        createTopic();
        WireClient client = world.connect(0);
        findCoordinator(client);
        return client;
    }

    private void createTopic() {
        world.node().createTopic(new ControlCommand.NewTopic("orders", 3, 1, List.of(), Map.of()));
        world.await(() -> world.node().image().topic("orders") != null);
    }

    private void findCoordinator(WireClient client) {
        Errors[] error = {Errors.COORDINATOR_NOT_AVAILABLE};
        for (int i = 0; i < 100 && error[0] != Errors.NONE; i++) {
            FindCoordinatorResponseData found = world.ask(client, ApiKeys.FIND_COORDINATOR, 6,
                    new FindCoordinatorRequestData().setCoordinatorKeys(List.of(GROUP)));
            error[0] = Errors.forCode(found.coordinators().getFirst().errorCode());
            world.scheduler().runForMs(100);
        }
        assertThat(error[0]).isEqualTo(Errors.NONE);
    }

    private ConsumerGroupHeartbeatResponseData beat(
            WireClient client, ConsumerGroupHeartbeatRequestData request) {
        return world.ask(client, ApiKeys.CONSUMER_GROUP_HEARTBEAT, 1,
                request.setGroupId(GROUP).setMemberId("m"));
    }

    private static ConsumerGroupHeartbeatRequestData joining() {
        return new ConsumerGroupHeartbeatRequestData()
                .setRebalanceTimeoutMs(30_000)
                .setSubscribedTopicNames(List.of("orders"))
                .setTopicPartitions(List.of());
    }

    private OffsetCommitRequestData commitRequest(int epoch, long offset) {
        Uuid topic = world.node().image().topic("orders").id();
        return new OffsetCommitRequestData().setGroupId(GROUP).setMemberId("m")
                .setGenerationIdOrMemberEpoch(epoch)
                .setTopics(List.of(new OffsetCommitRequestTopic().setTopicId(topic)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(1).setCommittedOffset(offset)))));
    }

    private DeleteTopicsRequestData deletion() {
        Uuid topic = world.node().image().topic("orders").id();
        return new DeleteTopicsRequestData().setTimeoutMs(10_000).setTopics(List.of(
                new DeleteTopicState().setName(null).setTopicId(topic)));
    }

    private Errors commit(WireClient client, int epoch, long offset) {
        OffsetCommitResponseData response = world.ask(client, ApiKeys.OFFSET_COMMIT, 10,
                commitRequest(epoch, offset));
        return Errors.forCode(
                response.topics().getFirst().partitions().getFirst().errorCode());
    }

    private OffsetFetchResponseData fetchAll(WireClient client) {
        return world.ask(client, ApiKeys.OFFSET_FETCH, 10, new OffsetFetchRequestData().setGroups(
                List.of(new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(null))));
    }

    @Test
    void aConsumerGroupAndItsOffsetsSurviveALossOfPower() throws IOException {
        WireClient client = startWithTopic();
        var joined = beat(client, joining());
        assertThat(Errors.forCode(joined.errorCode())).isEqualTo(Errors.NONE);
        assertThat(joined.assignment().topicPartitions().getFirst().partitions())
                .containsExactly(0, 1, 2);
        assertThat(commit(client, joined.memberEpoch(), 77)).isEqualTo(Errors.NONE);

        world.losePower();
        world.start();

        WireClient again = world.connect(1);
        var next = beat(again, new ConsumerGroupHeartbeatRequestData()
                .setMemberEpoch(joined.memberEpoch()));
        assertThat(Errors.forCode(next.errorCode())).isEqualTo(Errors.NONE);
        var group = fetchAll(again).groups().getFirst();
        assertThat(group.topics().getFirst().partitions().getFirst().committedOffset())
                .isEqualTo(77);
        ConsumerGroupDescribeResponseData described = world.ask(again,
                ApiKeys.CONSUMER_GROUP_DESCRIBE, 1,
                new ConsumerGroupDescribeRequestData().setGroupIds(List.of(GROUP)));
        assertThat(described.groups().getFirst().groupState()).isEqualTo("Stable");
    }

    @Test
    void onAFullDiskWhatNeedsNoWritingIsAnsweredAndTheRestWhenThereIsRoomAgain()
            throws IOException {
        WireClient client = startWithTopic();
        var joined = beat(client, joining());
        assertThat(commit(client, joined.memberEpoch(), 7)).isEqualTo(Errors.NONE);
        world.disk().capacity(1);
        world.scheduler().runForMs(20_000);

        assertThat(commit(client, joined.memberEpoch(), 8))
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(Marks.count("machine can't write for now")).isPositive();
        assertThat(beatNow(client, joined.memberEpoch())).isEqualTo(Errors.NONE);
        assertThat(fetchAll(client).groups().getFirst().topics().getFirst().partitions()
                .getFirst().committedOffset()).isEqualTo(7);

        world.disk().capacity(Long.MAX_VALUE);
        world.scheduler().runForMs(20_000);
        assertThat(commit(client, joined.memberEpoch(), 8)).isEqualTo(Errors.NONE);
    }

    @Test
    void whenTheDiskHasFailedTheCoordinatorIsNoneAnyMore() throws IOException {
        WireClient client = startWithTopic();
        var joined = beat(client, joining());
        world.disk().faults().failNextSyncs(1);

        assertThat(commit(client, joined.memberEpoch(), 7)).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(beatNow(client, joined.memberEpoch())).isEqualTo(Errors.NOT_COORDINATOR);
    }

    private Errors beatNow(WireClient client, int memberEpoch) {
        return Errors.forCode(beat(client, new ConsumerGroupHeartbeatRequestData()
                .setMemberEpoch(memberEpoch)).errorCode());
    }

    @Test
    void groupsOfAllCoordinatorsAreListed() throws IOException {
        WireClient client = startWithTopic();
        beat(client, joining());
        ListGroupsResponseData listed =
                world.ask(client, ApiKeys.LIST_GROUPS, 5, new ListGroupsRequestData());
        assertThat(listed.groups()).extracting(group -> group.groupId()).containsExactly(GROUP);
    }

    @Test
    void offsetsOfATopicThatIsDeletedWhileTheirCoordinatorLoadsAreGone() throws IOException {
        for (long seed = 1; seed <= 8; seed++) {
            world = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            WireClient client = startWithTopic();
            var joined = beat(client, joining());
            assertThat(commit(client, joined.memberEpoch(), 77)).isEqualTo(Errors.NONE);
            world.kill();
            world.start();

            WireClient again = world.connect(0);
            DeleteTopicsResponseData deleted =
                    world.ask(again, ApiKeys.DELETE_TOPICS, 6, deletion());
            assertThat(deleted.responses()).allMatch(one -> one.errorCode() == 0);
            createTopic();

            assertThat(fetchAll(again).groups().getFirst().topics()).isEmpty();
        }
    }

    @Test
    void offsetsCommittedWhileTheirTopicIsDeletedAreGone() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            world = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            WireClient client = startWithTopic();
            var joined = beat(client, joining());
            commitUntilDeleted(client, joined.memberEpoch());
            assertThat(fetchAll(client).groups().getFirst().topics()).as("seed " + seed)
                    .isEmpty();
        }
        assertThat(Marks.count("offsets of a topic that was just deleted")).isPositive();
    }

    /// A commit that waits for its coordinator to load meets it after the topic is gone: nobody
    /// tells the coordinator to forget the topic any more.
    @Test
    void offsetsThatWaitForTheirCoordinatorWhileTheirTopicIsDeletedAreGone() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            world = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            WireClient client = startWithTopic();
            var joined = beat(client, joining());
            assertThat(commit(client, joined.memberEpoch(), 76)).isEqualTo(Errors.NONE);
            world.kill();
            world.start();
            WireClient again = world.connect(0);
            commitUntilDeleted(again, joined.memberEpoch());
            assertThat(fetchAll(again).groups().getFirst().topics()).as("seed " + seed)
                    .isEmpty();
        }
    }

    /// Sends one commit in each turn, so that one of them meets the deletion on its way; then
    /// another topic of that name is there.
    private void commitUntilDeleted(WireClient client, int memberEpoch) {
        var commit = commitRequest(memberEpoch, 77);
        WireClient other = world.connect(1);
        other.send(ApiKeys.DELETE_TOPICS, 6, deletion());
        int[] sent = {0};
        world.await(() -> {
            client.send(ApiKeys.OFFSET_COMMIT, 10, commit);
            sent[0]++;
            return world.node().image().topic("orders") == null;
        });
        world.scheduler().runForMs(5_000);
        assertThat(other.receive()).isNotNull();
        for (int i = 0; i < sent[0]; i++) {
            assertThat(client.receive()).isNotNull();
        }
        createTopic();
    }
}
