package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionImage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Partitions that move to other brokers.
final class ReassignmentTest {
    private final ClusterWorld world = ClusterWorld.of(5);

    ReassignmentTest() {
        world.create(1, 2, 3);
    }

    @Test
    void aPartitionIsOnOldAndNewBrokersUntilTheNewOnesAreInSync() {
        assertThat(world.reassign(List.of(3, 4, 5))).isEqualTo(Errors.NONE);
        assertThat(world.partition().replicas()).containsExactly(3, 4, 5, 1, 2);
        assertThat(world.partition().addingReplicas()).containsExactly(4, 5);
        assertThat(world.partition().removingReplicas()).containsExactly(1, 2);
        assertThat(world.partition().leader()).isEqualTo(1);
        assertThat(world.partition().leaderEpoch()).isZero();
        world.sync(1, 2, 3, 4);
        assertThat(world.partition().isMoving()).isTrue();
        var result = world.propose(1, 2, 3, 4, 5);
        assertThat(result.error().code()).isEqualTo(Errors.NEW_LEADER_ELECTED);
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(3, 4, 5), List.of(3, 4, 5), List.of(), 3, 1, 3));
    }

    @Test
    void aLeaderThatStaysHearsThatItsEpochHasRisenBecauseAReplicaIsGone() {
        world.reassign(List.of(1, 2, 4));
        assertThat(world.propose(1, 2, 3, 4).error().code())
                .isEqualTo(Errors.NEW_LEADER_ELECTED);
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(1, 2, 4), List.of(1, 2, 4), List.of(), 1, 1, 2));
    }

    @Test
    void anotherOrderOfTheSameBrokersIsDoneAtOnce() {
        world.reassign(List.of(3, 2, 1));
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(3, 2, 1), List.of(3, 2, 1), List.of(), 1, 0, 1));
        world.reassign(List.of(3, 2, 1));
        assertThat(world.partition().partitionEpoch()).isEqualTo(1);
    }

    @Test
    void fewerReplicasAreDoneAtOnceIfAllOfThemAreInSync() {
        world.reassign(List.of(2, 3));
        assertThat(world.partition().replicas()).containsExactly(2, 3);
        assertThat(world.partition().leader()).isEqualTo(2);
    }

    @Test
    void aTargetThatIsAwayIsWaitedFor() {
        world.die(2);
        world.reassign(List.of(2, 3));
        assertThat(world.partition().isMoving()).isTrue();
        assertThat(world.partition().isr()).containsExactly(3, 1);
        world.join(2);
        world.propose(1, 2, 3);
        assertThat(world.partition().isMoving()).isFalse();
        assertThat(world.partition().isr()).containsExactly(2, 3);
    }

    @Test
    void aMoveThatIsCancelledGoesBackToWhereThePartitionWas() {
        world.reassign(List.of(3, 4, 5));
        world.sync(1, 2, 3, 4);
        assertThat(world.reassign(null)).isEqualTo(Errors.NONE);
        assertThat(world.partition().replicas()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(world.partition().isr()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(world.partition().isMoving()).isFalse();
        assertThat(world.partition().leader()).isEqualTo(1);
        assertThat(world.reassign(null)).isEqualTo(Errors.NO_REASSIGNMENT_IN_PROGRESS);
    }

    @Test
    void thereIsNoWayBackToBrokersThatLackRecords() {
        world.reassign(List.of(4, 5));
        world.sync(1, 4);
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(4);
        assertThat(world.partition().elr()).as("1 has them").containsExactly(1);
        world.submit(new ControlCommand.ReplaceConfigs(List.of(new ControlCommand.Replacement(
                ConfigTarget.topic("t"), Map.of("min.insync.replicas", "1"))),
                ControlCommand.Effect.COMMIT));
        assertThat(world.reassign(null)).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        assertThat(world.partition().isMoving()).isTrue();
    }

    @Test
    void aNewTargetReplacesTheOneBefore() {
        world.reassign(List.of(1, 2, 4));
        world.reassign(List.of(1, 2, 5));
        assertThat(world.partition().replicas()).containsExactly(1, 2, 5, 3);
        assertThat(world.partition().addingReplicas()).containsExactly(5);
        assertThat(world.partition().removingReplicas()).containsExactly(3);
        world.reassign(null);
        assertThat(world.partition().replicas()).containsExactly(1, 2, 3);
    }

    @Test
    void whatTheLastTargetHasAloneIsKeptUntilTheNextOneHasIt() {
        world.reassign(List.of(4));
        world.sync(1, 2, 3);
        world.propose(1, 2, 3, 4);
        assertThat(world.partition().replicas()).containsExactly(4);
        world.reassign(List.of(4, 5));
        world.sync(4);
        world.reassign(List.of(1));
        assertThat(world.partition().replicas()).containsExactly(1, 4);
        assertThat(world.partition().leader()).isEqualTo(4);
        world.propose(4, 1);
        assertThat(world.partition().replicas()).containsExactly(1);
        assertThat(world.partition().leader()).isEqualTo(1);
    }

    @Test
    void impossibleTargetsAreRefused() {
        for (var target : List.of(List.<Integer>of(), List.of(1, 1), List.of(1, 9))) {
            assertThat(world.reassign(target)).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        }
        var reply = (ControlReply.Outcomes) world.submit(new PartitionCommand.Reassign(
                List.of(new PartitionCommand.Target("t", 7, List.of(1)))));
        assertThat(reply.errors().getFirst().code())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aMoveOutlivesTheControllerThatBeganIt() {
        world.reassign(List.of(3, 4, 5));
        var before = world.partition();
        world.failOver();
        assertThat(world.partition()).isEqualTo(before);
        world.propose(1, 2, 3, 4, 5);
        assertThat(world.partition().replicas()).containsExactly(3, 4, 5);
    }

    @Test
    void aTopicThatMovesGrowsByTheReplicasThatItWillHave() {
        world.reassign(List.of(4, 5));
        world.submit(new ControlCommand.CreatePartitions(
                List.of(new ControlCommand.Growth("t", 2, null)), ControlCommand.Effect.COMMIT));
        assertThat(world.image().topic("t").partition(1).replicas()).hasSize(2);
        assertThat(world.partition().isMoving()).isTrue();
        assertThat(world.image().topic("t").assignments()).hasSize(2);
        assertThat(world.image().configOf(ConfigTarget.topic("t")))
                .isEqualTo(Map.of("min.insync.replicas", "2"));
    }
}
