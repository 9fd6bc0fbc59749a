package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionCommand.Election;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a leader may say about who is in sync, and when it is not listened to.
final class AlterPartitionTest {
    private final ClusterWorld world = ClusterWorld.of(3);

    AlterPartitionTest() {
        world.create(1, 2, 3);
    }

    @Test
    void aLeaderShrinksAndExpandsAndIsToldTheNewState() {
        var shrunk = world.propose(2, 1);
        assertThat(shrunk.error()).isEqualTo(ControlError.NONE);
        assertThat(shrunk.state()).isEqualTo(world.partition()).isEqualTo(new PartitionImage(
                List.of(1, 2, 3), List.of(1, 2), List.of(), 1, 0, 1));
        assertThat(world.propose(1, 2, 3).state().isr()).containsExactly(1, 2, 3);
        assertThat(world.partition().partitionEpoch()).isEqualTo(2);
    }

    @Test
    void sayingWhatIsKnownWritesNothing() {
        int written = world.log.size();
        assertThat(world.propose(1, 2, 3).state()).isSameAs(world.partition());
        assertThat(world.log).hasSize(written);
    }

    @Test
    void whoKnowsLessIsFencedAndWhoKnowsMoreHasAnotherController() {
        world.sync(1, 2);
        world.die(1);
        var now = world.partition();
        assertThat(now.leader()).isEqualTo(2);
        assertThat(proposed(now.leaderEpoch() - 1, now.partitionEpoch()))
                .isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(proposed(now.leaderEpoch(), now.partitionEpoch() - 1))
                .isEqualTo(Errors.INVALID_UPDATE_VERSION);
        assertThat(proposed(now.leaderEpoch() + 1, now.partitionEpoch()))
                .isEqualTo(Errors.NOT_CONTROLLER);
        assertThat(proposed(now.leaderEpoch(), now.partitionEpoch() + 1))
                .isEqualTo(Errors.NOT_CONTROLLER);
        assertThat(proposed(now.leaderEpoch(), now.partitionEpoch())).isEqualTo(Errors.NONE);
    }

    @Test
    void onlyTheLeaderIsListenedTo() {
        var proposal = proposal(0, 0, new InSync(2, -1));
        assertThat(world.propose(proposal, 2).error().code()).isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void anIsrHoldsTheLeaderAndReplicasEachOnce() {
        for (var isr : List.of(List.of(2, 3), List.of(1, 4), List.of(1, 1), List.<Integer>of())) {
            var result = world.propose(isr.toArray(Integer[]::new));
            assertThat(result.error().code()).isEqualTo(Errors.INVALID_REQUEST);
            assertThat(result.state()).isNull();
        }
    }

    @Test
    void aBrokerThatIsFencedOrHasRegisteredAnewIsNotInSync() {
        world.sync(1);
        long old = world.epochs.get(2);
        world.die(2);
        assertThat(joining(2, -1)).isEqualTo(Errors.INELIGIBLE_REPLICA);
        world.join(2);
        assertThat(joining(2, old)).isEqualTo(Errors.INELIGIBLE_REPLICA);
        assertThat(joining(2, world.epochs.get(2))).isEqualTo(Errors.NONE);
        world.beat(3, BrokerCommand.Wish.SHUT_DOWN);
        assertThat(joining(3, -1)).isEqualTo(Errors.INELIGIBLE_REPLICA);
    }

    @Test
    void whatDoesNotExistIsSaidSo() {
        var now = world.partition();
        var proposal = new IsrProposal(new Uuid(1, 1), 0, 0, 0,
                List.of(new InSync(1, -1)), Recovery.RECOVERED);
        assertThat(world.propose(proposal, 1).error().code()).isEqualTo(Errors.UNKNOWN_TOPIC_ID);
        proposal = new IsrProposal(world.image().topic("t").id(), 1, now.leaderEpoch(),
                now.partitionEpoch(), List.of(new InSync(1, -1)), Recovery.RECOVERED);
        assertThat(world.propose(proposal, 1).error().code())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aLeaderThatMayLackRecordsLeadsAloneUntilItSaysThatItIsDone() {
        set("min.insync.replicas", "1");
        world.sync(1);
        world.die(1);
        assertThat(world.elect(Election.UNCLEAN)).isEqualTo(Errors.NONE);
        var now = world.partition();
        assertThat(world.propose(now, Recovery.RECOVERING, 2, 3).error().code())
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(world.propose(now, Recovery.RECOVERING, 2).error().code())
                .isEqualTo(Errors.NONE);
        assertThat(world.propose(now, Recovery.RECOVERED, 2).error().code())
                .isEqualTo(Errors.NONE);
        assertThat(world.partition().recovery()).isEqualTo(Recovery.RECOVERED);
        assertThat(world.propose(world.partition(), Recovery.RECOVERING, 2).error().code())
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void everyProposalOfACommandIsAnsweredForItself() {
        world.submit(new ControlCommand.CreateTopics(List.of(new ControlCommand.NewTopic("u", -1,
                -1, List.of(new ControlCommand.Assignment(0, List.of(1, 2))), Map.of())),
                ControlCommand.Effect.COMMIT));
        var other = new IsrProposal(world.image().topic("u").id(), 0, 0, 0,
                List.of(new InSync(1, -1)), Recovery.RECOVERED);
        var reply = (ControlReply.Altered) world.submit(new PartitionCommand.AlterPartition(
                1, world.epochs.get(1), List.of(proposal(9, 9), other)));
        assertThat(reply.results()).extracting(result -> result.error().code())
                .containsExactly(Errors.NOT_CONTROLLER, Errors.NONE);
    }

    private void set(String key, String value) {
        world.submit(new ControlCommand.ReplaceConfigs(List.of(new ControlCommand.Replacement(
                ConfigTarget.topic("t"), Map.of(key, value))), ControlCommand.Effect.COMMIT));
    }

    private Errors joining(int id, long epoch) {
        var now = world.partition();
        return world.propose(proposal(now.leaderEpoch(), now.partitionEpoch(),
                new InSync(1, -1), new InSync(id, epoch)), 1).error().code();
    }

    private Errors proposed(int leaderEpoch, int partitionEpoch) {
        return world.propose(proposal(leaderEpoch, partitionEpoch, new InSync(2, -1)), 2)
                .error().code();
    }

    private IsrProposal proposal(int leaderEpoch, int partitionEpoch, InSync... isr) {
        return new IsrProposal(world.image().topic("t").id(), 0, leaderEpoch, partitionEpoch,
                List.of(isr), Recovery.RECOVERED);
    }
}
