package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Alteration;
import dev.tidemark.control.ControlCommand.ConfigChange;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionCommand.Election;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Who leads a partition, and who may.
final class ElectionRulesTest {
    private static final int NOBODY = PartitionImage.NO_LEADER;
    private static final Map<String, String> TWO = Map.of("min.insync.replicas", "2");
    private static final Map<String, String> ONE = Map.of("min.insync.replicas", "1");
    private static final Map<String, String> UNCLEAN = Map.of(
            "min.insync.replicas", "1", "unclean.leader.election.enable", "true");

    private final ClusterWorld world = ClusterWorld.of(3);

    @Test
    void theNextReplicaInSyncFollowsALeaderThatDies() {
        world.create(2, 3, 1);
        world.die(2);
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(2, 3, 1), List.of(3, 1), List.of(), 3, 1, 1));
    }

    @Test
    void aFollowerThatDiesChangesThePartitionButNotTheLeaderEpoch() {
        world.create(2, 3, 1);
        world.die(3);
        assertThat(world.partition()).isEqualTo(new PartitionImage(
                List.of(2, 3, 1), List.of(2, 1), List.of(), 2, 0, 1));
    }

    @Test
    void aReplicaOutOfSyncIsNotElected() {
        world.create(1, ONE, 1, 2, 3);
        world.sync(1, 3);
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(3);
        world.die(3);
        assertThat(world.partition().leader()).isEqualTo(NOBODY);
        assertThat(world.partition().isr()).containsExactly(3);
        assertThat(world.partition().lastKnownLeader()).isEqualTo(3);
    }

    @Test
    void theLastReplicaInSyncStaysSoAndLeadsAgainWhenItReturns() {
        world.create(1, ONE, 1, 2, 3);
        world.sync(1);
        world.die(1);
        int leaderEpoch = world.partition().leaderEpoch();
        assertThat(world.partition().isr()).containsExactly(1);
        world.join(1);
        assertThat(world.partition().leader()).isEqualTo(1);
        assertThat(world.partition().leaderEpoch()).isEqualTo(leaderEpoch + 1);
        assertThat(world.partition().lastKnownLeader()).isEqualTo(NOBODY);
    }

    @Test
    void whoLeavesBelowTheLeastNumberInSyncStaysEligible() {
        world.create(1, TWO, 1, 2, 3);
        world.sync(1, 2);
        assertThat(world.partition().elr()).isEmpty();
        world.sync(1);
        assertThat(world.partition().elr()).containsExactly(2);
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(2);
        assertThat(world.partition().isr()).containsExactly(2);
        assertThat(world.partition().elr()).containsExactly(1);
    }

    @Test
    void nobodyIsEligibleAnyMoreOnceEnoughAreInSync() {
        world.create(1, TWO, 1, 2, 3);
        world.sync(1, 2);
        world.sync(1);
        world.sync(1, 3);
        assertThat(world.partition().elr()).isEmpty();
        world.die(1);
        world.die(3);
        assertThat(world.partition().isr()).containsExactly(3);
        assertThat(world.partition().leader()).as("2 lacks what 1 and 3 had").isEqualTo(NOBODY);
    }

    @Test
    void whoeverOfTheEligibleReturnsFirstLeads() {
        world.create(1, Map.of("min.insync.replicas", "3"), 1, 2, 3);
        world.die(3);
        world.die(2);
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(NOBODY);
        assertThat(world.partition().elr()).containsExactly(2, 3);
        world.join(3);
        assertThat(world.partition().leader()).isEqualTo(3);
        assertThat(world.partition().elr()).containsExactly(1, 2);
    }

    @Test
    void aLowerLeastNumberMakesTheEligibleIneligible() {
        world.create(1, TWO, 1, 2);
        world.die(2);
        assertThat(world.partition().elr()).containsExactly(2);
        set("min.insync.replicas", "1");
        assertThat(world.partition().elr()).isEmpty();
        world.die(1);
        world.join(2);
        assertThat(world.partition().leader()).isEqualTo(NOBODY);
    }

    @Test
    void aReplicaThatMayLackRecordsLeadsOnlyWhereThatIsAllowed() {
        world.create(1, UNCLEAN, 1, 2, 3);
        world.sync(1);
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(2);
        assertThat(world.partition().isr()).containsExactly(2);
        assertThat(world.partition().recovery()).isEqualTo(Recovery.RECOVERING);
        world.join(1);
        assertThat(world.partition().leader()).isEqualTo(2);
        assertThat(world.partition().isr()).containsExactly(2);
    }

    @Test
    void allowingItElectsAtOnce() {
        world.create(1, ONE, 1, 2, 3);
        world.sync(1);
        world.die(1);
        assertThat(world.partition().leader()).isEqualTo(NOBODY);
        set("unclean.leader.election.enable", "true");
        assertThat(world.partition().leader()).isEqualTo(2);
    }

    @Test
    void anOperatorMayElectUncleanlyAndOnlyWhereNobodyLeads() {
        world.create(1, ONE, 1, 2, 3);
        world.sync(1);
        assertThat(world.elect(Election.UNCLEAN)).isEqualTo(Errors.ELECTION_NOT_NEEDED);
        world.die(1);
        assertThat(world.elect(Election.UNCLEAN)).isEqualTo(Errors.NONE);
        assertThat(world.partition().leader()).isEqualTo(2);
    }

    @Test
    void anUncleanElectionWithNobodyAliveFails() {
        world.create(1, ONE, 3);
        world.die(3);
        assertThat(world.elect(Election.UNCLEAN))
                .isEqualTo(Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE);
        assertThat(world.partition().leader()).isEqualTo(NOBODY);
    }

    @Test
    void aReplicaWithAnOldCopyIsPreferredToOneWhoseDiskIsNew() {
        world.create(1, ONE, 1, 2, 3);
        world.sync(1);
        world.die(1);
        world.join(1, new Uuid(8, 8), null);
        assertThat(world.partition().leader()).isEqualTo(NOBODY);
        assertThat(world.elect(Election.UNCLEAN)).isEqualTo(Errors.NONE);
        assertThat(world.partition().leader()).isEqualTo(2);
    }

    @Test
    void theFirstReplicaIsElectedAgainIfItIsInSync() {
        world.create(1, 2, 3);
        assertThat(world.elect(Election.PREFERRED)).isEqualTo(Errors.ELECTION_NOT_NEEDED);
        world.die(1);
        assertThat(world.elect(Election.PREFERRED))
                .isEqualTo(Errors.PREFERRED_LEADER_NOT_AVAILABLE);
        world.join(1);
        assertThat(world.elect(Election.PREFERRED))
                .isEqualTo(Errors.PREFERRED_LEADER_NOT_AVAILABLE);
        world.sync(1, 2, 3);
        assertThat(world.elect(Election.PREFERRED)).isEqualTo(Errors.NONE);
        assertThat(world.partition().leader()).isEqualTo(1);
        assertThat(world.partition().leaderEpoch()).isEqualTo(2);
    }

    @Test
    void electingAllTellsOnlyOfThoseThatNeededIt() {
        world.create(3, ONE, 1, 2, 3);
        world.die(1);
        world.join(1);
        world.sync(1, 2, 3);
        var reply = (ControlReply.Elected) world.submit(
                new PartitionCommand.ElectLeaders(Election.PREFERRED, null));
        assertThat(reply.results()).extracting(ControlReply.ElectionResult::partition)
                .containsExactly(0, 1, 2);
        assertThat(reply.results()).extracting(result -> result.error().code())
                .containsExactly(Errors.NONE, Errors.PREFERRED_LEADER_NOT_AVAILABLE,
                        Errors.PREFERRED_LEADER_NOT_AVAILABLE);
        var none = (ControlReply.Elected) world.submit(
                new PartitionCommand.ElectLeaders(Election.UNCLEAN, null));
        assertThat(none.results()).isEmpty();
    }

    @Test
    void leadershipsGoBackByThemselvesAfterAWhile() {
        world.create(1, 2, 3);
        world.die(1);
        world.join(1);
        world.sync(1, 2, 3);
        assertThat(world.partition().leader()).isEqualTo(2);
        world.pass(300_000);
        assertThat(world.partition().leader()).isEqualTo(1);
    }

    @Test
    void theyDoNotWhereThatIsSwitchedOff() {
        var still = ClusterWorld.of(3, Map.of("auto.leader.rebalance.enable", "false"));
        still.create(1, 2, 3);
        still.die(1);
        still.join(1);
        still.sync(1, 2, 3);
        still.pass(301_000);
        assertThat(still.partition().leader()).isEqualTo(2);
    }

    @Test
    void aNewControllerFinishesWhatTheLastOneLeftHalfDone() {
        world.create(1, 2, 3);
        // The broker's standing reached the log, and what follows from it did not.
        var fenced = world.image().broker(1).with(BrokerImage.Standing.FENCED);
        world.log.add(new ControlEvent.BrokerRegistered(fenced));
        world.failOver();
        world.tickIfDue();
        assertThat(world.partition().leader()).isEqualTo(2);
        assertThat(world.partition().isr()).containsExactly(2, 3);
    }

    @Test
    void aTopicThatIsCreatedWhileABrokerIsAwayLeadsOnTheOthers() {
        world.die(1);
        world.create(1, 2, 3);
        assertThat(world.partition().leader()).isEqualTo(2);
        assertThat(world.partition().isr()).containsExactly(2, 3);
        var result = world.create(new ControlCommand.NewTopic("u", 1, -1,
                List.of(new ControlCommand.Assignment(0, List.of(1))), Map.of()));
        assertThat(result.error().code()).isEqualTo(Errors.INVALID_REQUEST);
        result = world.create(new ControlCommand.NewTopic("u", -1, -1,
                List.of(new ControlCommand.Assignment(0, List.of(1))), Map.of()));
        assertThat(result.error().code()).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
    }

    private void set(String key, String value) {
        var reply = (ControlReply.Outcomes) world.submit(new ControlCommand.AlterConfigs(
                List.of(new Alteration(ConfigTarget.topic(ClusterWorld.TOPIC),
                        List.of(new ConfigChange(OpType.SET, key, value)))), Effect.COMMIT));
        assertThat(reply.errors()).containsExactly(ControlError.NONE);
    }
}
