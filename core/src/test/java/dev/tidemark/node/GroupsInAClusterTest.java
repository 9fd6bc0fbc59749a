package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
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
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
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

    /// The controller, which hears itself, or another node.
    private int oneOf(long seed) {
        return seed % 2 == 0 ? controllerAt(1) : follower();
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
        int stopped = oneOf(seed);
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
        boolean controls = oneOf(seed) == controllerAt(1);
        int lonely = oneOf(seed);
        String group = groupOf(lonely);
        assertThat(untilDone(() -> commit(lonely, group, "", -1, 1))).isEqualTo(Errors.NONE);
        long before = Marks.count("a controller that may be replaced grants no lease");
        cluster.net().isolate("n" + lonely);
        int next = successor(other(lonely), group, lonely);
        assertThat(untilDone(() -> commit(next, group, "", -1, 2))).isEqualTo(Errors.NONE);
        for (int i = 0; i < 3; i++) {
            assertThat(fetch(lonely, group)).as("answer " + i)
                    .isEqualTo(-Errors.NOT_COORDINATOR.code());
        }
        assertThat(Marks.count("a controller that may be replaced grants no lease") > before)
                .isEqualTo(controls);
        cluster.net().heal();
        assertThat(untilDone(() -> {
            long offset = fetch(next, group);
            return offset == 2 ? Errors.NONE : Errors.forCode((short) -offset);
        })).isEqualTo(Errors.NONE);
    }

    /// Nobody renews leases while the voters elect; who waits is answered all the same.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theDeathOfTheControllerIsNoMoreThanAPauseToAGroupWhoseCoordinatorLives(long seed)
            throws IOException {
        form(seed);
        int controller = controllerAt(1);
        int living = other(controller);
        String group = groupOf(living);
        assertThat(untilDone(() -> Errors.forCode(beat(living, group, 0).errorCode())))
                .isEqualTo(Errors.NONE);
        int memberEpoch = beat(living, group, 0).memberEpoch();
        assertThat(commit(living, group, "m", memberEpoch, 1)).isEqualTo(Errors.NONE);
        long before = Marks.count("a group's request waits for the lease");
        cluster.kill(controller);
        for (int i = 0; i < 60; i++) {
            var beaten = beat(living, group, memberEpoch);
            assertThat(Errors.forCode(beaten.errorCode())).as("beat " + i)
                    .isEqualTo(Errors.NONE);
            assertThat(beaten.memberEpoch()).isEqualTo(memberEpoch);
            assertThat(fetch(living, group)).as("fetch " + i).isEqualTo(1);
            cluster.scheduler().runForMs(50);
        }
        assertThat(commit(living, group, "m", memberEpoch, 2)).isEqualTo(Errors.NONE);
        assertThat(Marks.count("a group's request waits for the lease")).isGreaterThan(before);
    }

    /// A group whose coordinator would be `first`, and then `second`, were the first to die.
    private String groupOf(int first, int second) {
        TopicImage topic = cluster.node(first).image().topic(Topic.GROUP_METADATA_TOPIC_NAME);
        for (int i = 0; ; i++) {
            String group = "g" + i;
            var state = topic.partition(Utils.abs(group.hashCode()) % topic.partitionCount());
            if (state.replicas().get(0) == first && state.replicas().get(1) == second) {
                return group;
            }
        }
    }

    private Errors electPreferred(int controller) {
        ElectLeadersResponseData told = cluster.ask(clients[controller], ApiKeys.ELECT_LEADERS, 2,
                new ElectLeadersRequestData().setElectionType((byte) 0).setTopicPartitions(null)
                        .setTimeoutMs(10_000));
        return Errors.forCode(told.errorCode());
    }

    /// Leaders change while both live, and the one that is replaced is the last to hear of it.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aCoordinatorBeginsWhenTheOneBeforeItHasEnded(long seed) throws IOException {
        form(seed);
        int controller = controllerAt(1);
        int old = other(controller);
        int next = other(old);
        String group = groupOf(next, old);
        assertThat(untilDone(() -> commit(next, group, "", -1, 1))).isEqualTo(Errors.NONE);
        cluster.kill(next);
        assertThat(successor(controller, group, next)).isEqualTo(old);
        cluster.start(next);
        cluster.await(() -> cluster.serves(next) && cluster.node(controller).image()
                .topic(Topic.GROUP_METADATA_TOPIC_NAME).partition(Utils.abs(group.hashCode()) % 6)
                .isr().size() == 3);
        assertThat(untilDone(() -> commit(old, group, "", -1, 2))).isEqualTo(Errors.NONE);
        clients[next] = cluster.connect(next);
        cluster.net().link("n" + controller, "n" + old).delay(100_000_000, 101_000_000);
        cluster.scheduler().runForMs(2_000);
        assertThat(fetch(old, group)).isEqualTo(2);
        assertThat(electPreferred(controller)).isEqualTo(Errors.NONE);
        assertThat(untilDone(() -> {
            long offset = fetch(next, group);
            return offset >= 0 ? Errors.NONE : Errors.forCode((short) -offset);
        })).isEqualTo(Errors.NONE);
        assertThat(fetch(old, group)).isNegative();
        assertThat(fetch(next, group)).isEqualTo(2);
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
