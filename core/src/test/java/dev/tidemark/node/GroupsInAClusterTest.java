package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.TopicImage;
import dev.tidemark.node.sim.SimulatedCluster;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Group coordinators on three nodes: they go where their partition's leader goes, and no two of
/// them answer for one group.
class GroupsInAClusterTest {
    private static final int NOBODY = -1;
    private static final int SENT_AHEAD = 10;
    private static final String TOPIC = "orders";

    private SimulatedCluster cluster;
    private final WireClient[] clients = new WireClient[4];

    private void form(long seed) throws IOException {
        cluster = new SimulatedCluster(seed, 3, Map.of("offsets.topic.num.partitions", "6"),
                Trace.SILENT);
        cluster.startAll();
        cluster.await(cluster::allServe);
        for (int id = 1; id <= 3; id++) {
            clients[id] = cluster.connect(id);
        }
        int controller = controllerAt(1);
        cluster.node(controller).createTopic(
                new ControlCommand.NewTopic(TOPIC, 3, 3, List.of(), Map.of()));
        find(1, "any");
        awaitOn(1, () -> cluster.node(1).image().topic(Topic.GROUP_METADATA_TOPIC_NAME) != null);
        for (int id = 1; id <= 3; id++) {
            int at = id;
            awaitOn(id, () -> cluster.node(at).image().topic(TOPIC) != null
                    && cluster.node(at).image().topic(Topic.GROUP_METADATA_TOPIC_NAME) != null);
        }
    }

    private void awaitOn(int id, BooleanSupplier condition) {
        assertThat(cluster.serves(id)).isTrue();
        cluster.await(condition);
    }

    private int controllerAt(int id) {
        DescribeClusterResponseData told = cluster.ask(clients[id], ApiKeys.DESCRIBE_CLUSTER, 1,
                new DescribeClusterRequestData());
        return told.controllerId();
    }

    /// A node that does not control.
    private int follower() {
        return other(controllerAt(1));
    }

    private int find(int at, String group) {
        FindCoordinatorResponseData found = cluster.ask(clients[at], ApiKeys.FIND_COORDINATOR, 6,
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of(group)));
        return found.coordinators().getFirst().nodeId();
    }

    /// A group whose coordinator is that node.
    private String groupOf(int id) {
        TopicImage topic = cluster.node(id).image().topic(Topic.GROUP_METADATA_TOPIC_NAME);
        for (int i = 0; ; i++) {
            String group = "g" + i;
            int index = Utils.abs(group.hashCode()) % topic.partitionCount();
            if (topic.partition(index).leader() == id) {
                return group;
            }
        }
    }

    private OffsetCommitRequestData commitOf(String group, String memberId, int epoch,
            long offset) {
        return new OffsetCommitRequestData().setGroupId(group).setMemberId(memberId)
                .setGenerationIdOrMemberEpoch(epoch)
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(TOPIC)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(1).setCommittedOffset(offset)))));
    }

    private Errors commit(int at, String group, String memberId, int epoch, long offset) {
        OffsetCommitResponseData told = cluster.ask(clients[at], ApiKeys.OFFSET_COMMIT, 9,
                commitOf(group, memberId, epoch, offset));
        return Errors.forCode(told.topics().getFirst().partitions().getFirst().errorCode());
    }

    private static OffsetFetchRequestData fetchOf(String group) {
        return new OffsetFetchRequestData().setGroups(List.of(new OffsetFetchRequestGroup()
                .setGroupId(group).setTopics(List.of(new OffsetFetchRequestTopics()
                        .setName(TOPIC).setPartitionIndexes(List.of(1))))));
    }

    /// @return the committed offset, or minus an error's code
    private static long committed(OffsetFetchResponseData told) {
        var group = told.groups().getFirst();
        return group.errorCode() != 0 ? -group.errorCode()
                : group.topics().getFirst().partitions().getFirst().committedOffset();
    }

    private long fetch(int at, String group) {
        return committed(cluster.ask(clients[at], ApiKeys.OFFSET_FETCH, 9, fetchOf(group)));
    }

    private ConsumerGroupHeartbeatResponseData beat(int at, String group, int memberEpoch) {
        return cluster.ask(clients[at], ApiKeys.CONSUMER_GROUP_HEARTBEAT, 1,
                new ConsumerGroupHeartbeatRequestData().setGroupId(group).setMemberId("m")
                        .setRebalanceTimeoutMs(30_000).setMemberEpoch(memberEpoch)
                        .setSubscribedTopicNames(List.of(TOPIC))
                        .setTopicPartitions(memberEpoch == 0 ? List.of() : null));
    }

    /// Asks again, as clients do, until there is an answer that is none of a coordinator's moves.
    private Errors untilDone(Supplier<Errors> asked) {
        Errors[] told = {Errors.NOT_COORDINATOR};
        for (int i = 0; i < 200 && isMove(told[0]); i++) {
            told[0] = asked.get();
            cluster.scheduler().runForMs(isMove(told[0]) ? 50 : 0);
        }
        return told[0];
    }

    private static boolean isMove(Errors error) {
        return error == Errors.NOT_COORDINATOR || error == Errors.COORDINATOR_NOT_AVAILABLE
                || error == Errors.COORDINATOR_LOAD_IN_PROGRESS;
    }

    /// Waits until a node, which lives, names another coordinator than this one.
    private int successor(int asked, String group, int dead) {
        cluster.await(() -> {
            TopicImage topic =
                    cluster.node(asked).image().topic(Topic.GROUP_METADATA_TOPIC_NAME);
            int leader = topic.partition(Utils.abs(group.hashCode()) % topic.partitionCount())
                    .leader();
            return leader != dead && leader != NOBODY;
        });
        return find(asked, group);
    }

    private static int other(int id) {
        return id % 3 + 1;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aGroupMovesWithItsPartitionWhenItsLeaderIsKilled(long seed) throws IOException {
        form(seed);
        int dead = (int) (1 + seed % 3);
        String group = groupOf(dead);
        assertThat(untilDone(() -> Errors.forCode(beat(dead, group, 0).errorCode())))
                .isEqualTo(Errors.NONE);
        int memberEpoch = beat(dead, group, 0).memberEpoch();
        assertThat(commit(dead, group, "m", memberEpoch, 77)).isEqualTo(Errors.NONE);
        assertThat(isMove(commit(other(dead), group, "m", memberEpoch, 7))).as("who does not lead")
                .isTrue();
        cluster.kill(dead);
        int next = successor(other(dead), group, dead);
        assertThat(untilDone(() -> {
            long offset = fetch(next, group);
            return offset == 77 ? Errors.NONE : Errors.forCode((short) -offset);
        })).isEqualTo(Errors.NONE);
        var again = beat(next, group, memberEpoch);
        assertThat(Errors.forCode(again.errorCode())).isEqualTo(Errors.NONE);
        assertThat(again.memberEpoch()).isEqualTo(memberEpoch);
        assertThat(untilDone(() -> commit(next, group, "m", memberEpoch, 78)))
                .isEqualTo(Errors.NONE);
    }

    /// What is in the sockets of a process that is stopped is what it reads first when it goes on.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aCoordinatorThatWasStoppedAnswersNothingFromThePast(long seed) throws IOException {
        form(seed);
        int stopped = follower();
        String group = groupOf(stopped);
        assertThat(untilDone(() -> commit(stopped, group, "", -1, 1))).isEqualTo(Errors.NONE);
        cluster.computer(stopped).pause(10_000);
        for (int i = 0; i < SENT_AHEAD; i++) {
            clients[stopped].send(ApiKeys.OFFSET_FETCH, 9, fetchOf(group));
        }
        int next = successor(other(stopped), group, stopped);
        assertThat(untilDone(() -> commit(next, group, "", -1, 2))).isEqualTo(Errors.NONE);
        for (int i = 0; i < SENT_AHEAD; i++) {
            OffsetFetchResponseData[] told = new OffsetFetchResponseData[1];
            cluster.await(() -> told[0] != null || (told[0] =
                    (OffsetFetchResponseData) clients[stopped].receive()) != null);
            assertThat(committed(told[0])).as("answer " + i)
                    .isEqualTo(-Errors.NOT_COORDINATOR.code());
        }
        for (int i = 0; i < 50; i++) {
            assertThat(fetch(stopped, group)).as("question " + i).isNotEqualTo(1);
            cluster.scheduler().runForMs(1);
        }
    }

    /// A leader of whom the controller hears nothing stops to answer before it is replaced.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aCoordinatorThatIsCutOffStopsBeforeAnotherBegins(long seed) throws IOException {
        form(seed);
        int lonely = follower();
        String group = groupOf(lonely);
        assertThat(untilDone(() -> commit(lonely, group, "", -1, 1))).isEqualTo(Errors.NONE);
        cluster.net().isolate("n" + lonely);
        int seen = other(lonely);
        int[] next = {NOBODY};
        boolean[] done = new boolean[1];
        while (!done[0]) {
            TopicImage topic = cluster.node(seen).image().topic(Topic.GROUP_METADATA_TOPIC_NAME);
            next[0] = topic.partition(Utils.abs(group.hashCode()) % 6).leader();
            if (next[0] != lonely && next[0] != NOBODY) {
                done[0] = commit(next[0], group, "", -1, 2) == Errors.NONE;
            }
            long old = fetch(lonely, group);
            assertThat(done[0] && old >= 0).as("seed " + seed).isFalse();
            cluster.scheduler().runForMs(5);
        }
        assertThat(fetch(lonely, group)).isNegative();
        cluster.net().heal();
        assertThat(untilDone(() -> {
            long offset = fetch(next[0], group);
            return offset == 2 ? Errors.NONE : Errors.forCode((short) -offset);
        })).isEqualTo(Errors.NONE);
    }

    @Test
    void aNodeThatTakesLeaveGivesItsGroupsAway() throws IOException {
        form(9);
        int leaver = controllerAt(1) == 3 ? 2 : 3;
        String group = groupOf(leaver);
        assertThat(untilDone(() -> commit(leaver, group, "", -1, 1))).isEqualTo(Errors.NONE);
        var letGo = new boolean[1];
        cluster.node(leaver).leave(() -> letGo[0] = true);
        cluster.await(() -> letGo[0]);
        int next = successor(other(leaver), group, leaver);
        assertThat(untilDone(() -> commit(next, group, "", -1, 2))).isEqualTo(Errors.NONE);
        assertThat(fetch(leaver, group)).isEqualTo(-Errors.NOT_COORDINATOR.code());
        assertThat(fetch(next, group)).isEqualTo(2);
    }
}
