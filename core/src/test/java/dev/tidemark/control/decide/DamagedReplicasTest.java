package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.PartitionImage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What a controller makes of replicas that lack what they once had.
final class DamagedReplicasTest {
    private static final Map<String, String> TWO = Map.of("min.insync.replicas", "2");

    private final ClusterWorld world = ClusterWorld.of(3);

    private void damaged(int id, int leaderEpoch) {
        damaged(id, world.image().topic("t").id(), leaderEpoch);
    }

    private void damaged(int id, Uuid topicId, int leaderEpoch) {
        assertThat(world.submit(new BrokerCommand.Heartbeat(id,
                world.image().broker(id).brokerEpoch(), world.image().offset(),
                BrokerCommand.Wish.SERVE,
                List.of(new BrokerCommand.Damaged(topicId, 0, leaderEpoch)))))
                .isInstanceOf(ControlReply.Heard.class);
    }

    @Test
    void aDamagedFollowerLeavesTheIsrAndWhatItSaidInThisLeadershipCountsNoMore() {
        world.create(1, TWO, 1, 2, 3);
        damaged(3, 0);
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(1, 2, 3), List.of(1, 2), List.of(), 1, 1, 1));
    }

    @Test
    void aDamagedLeaderIsReplacedByWhoHasEverything() {
        world.create(1, TWO, 1, 2, 3);
        damaged(1, 0);
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(1, 2, 3), List.of(2, 3), List.of(), 2, 1, 1));
    }

    @Test
    void aDamagedReplicaIsNotEligibleEither() {
        world.create(1, TWO, 1, 2, 3);
        world.sync(1, 2);
        world.die(2);
        assertThat(world.partition().elr()).containsExactly(2);
        world.join(2);
        damaged(2, world.partition().leaderEpoch());
        assertThat(world.partition().elr()).isEmpty();
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(PartitionImage.NO_LEADER);
    }

    @Test
    void aDamagedLeaderGivesWayToAnEligibleReplica() {
        world.create(1, TWO, 1, 2, 3);
        world.sync(1, 2);
        world.die(2);
        world.join(2);
        damaged(1, world.partition().leaderEpoch());
        assertThat(world.partition().leader()).isEqualTo(2);
        assertThat(world.partition().isr()).containsExactly(2);
        assertThat(world.partition().elr()).isEmpty();
    }

    @Test
    void ifNobodyElseHasMoreNothingChanges() {
        world.create(1, Map.of("min.insync.replicas", "1"), 1, 2, 3);
        world.sync(1);
        PartitionImage before = world.partition();
        damaged(1, before.leaderEpoch());
        assertThat(world.partition()).isEqualTo(before);
    }

    @Test
    void whatWasSaidOfAnEarlierLeadershipOrAnotherTopicIsPassedOver() {
        world.create(1, TWO, 1, 2, 3);
        damaged(3, 0);
        world.sync(1, 2, 3);
        PartitionImage before = world.partition();
        damaged(3, 0);
        damaged(3, new Uuid(9, 9), before.leaderEpoch());
        assertThat(world.partition()).isEqualTo(before);
    }

    @Test
    void aBrokerThatHasLostAndCantTellWhatIsEligibleNowhere() {
        world.create(1, TWO, 1, 2, 3);
        world.sync(1, 2);
        world.die(2);
        world.die(1);
        assertThat(world.partition().isr()).containsExactly(1);
        assertThat(world.partition().elr()).containsExactly(2);
        world.register(1, ClusterWorld.disk(1), null, ControlCommand.DAMAGED_EPOCH);
        world.beat(1);
        assertThat(world.partition().leader()).isEqualTo(PartitionImage.NO_LEADER);
        world.join(2);
        assertThat(world.partition().leader()).isEqualTo(2);
    }
}
