package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.BrokerImage.Standing;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.Features;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionImage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// How brokers come, live, stop, die and return.
final class BrokerLifeTest {
    private final ClusterWorld world = ClusterWorld.of(3);

    @Test
    void aBrokerIsFencedUntilItsImageHoldsItsRegistration() {
        world.register(4);
        assertThat(world.image().broker(4).standing()).isEqualTo(Standing.FENCED);
        var early = heard(new BrokerCommand.Heartbeat(
                4, world.epochs.get(4), world.image().offset() - 1, Wish.SERVE));
        assertThat(early.isCaughtUp()).isFalse();
        assertThat(early.isFenced()).isTrue();
        var late = world.beat(4);
        assertThat(late.isCaughtUp()).isTrue();
        assertThat(late.isFenced()).isFalse();
        assertThat(world.image().broker(4).standing()).isEqualTo(Standing.ACTIVE);
    }

    @Test
    void aBrokerThatWantsToStayFencedStaysSo() {
        world.register(4);
        assertThat(world.beat(4, Wish.BE_FENCED).isFenced()).isTrue();
        assertThat(world.beat(3, Wish.BE_FENCED).isFenced()).isTrue();
        assertThat(world.image().broker(3).fenced()).isTrue();
        assertThat(world.beat(3).isFenced()).isFalse();
    }

    @Test
    void aHeartbeatWritesNothingUnlessItChangesAStanding() {
        int written = world.log.size();
        world.pass(10 * ClusterWorld.SESSION_MS);
        assertThat(world.log).hasSize(written);
    }

    @Test
    void anotherRunOfABrokerThatIsHeardOfIsRefused() {
        assertThat(refusal(world.register(3))).isEqualTo(Errors.DUPLICATE_BROKER_REGISTRATION);
        world.pass(ClusterWorld.SESSION_MS + ClusterWorld.HEARTBEAT_MS, 3);
        assertThat(world.register(3)).isInstanceOf(ControlReply.Registered.class);
    }

    @Test
    void theSameRunMayRegisterAgainAndKeepsItsEpoch() {
        var known = world.image().broker(3);
        int written = world.log.size();
        var again = world.submit(new BrokerCommand.RegisterBroker(3, known.identity(),
                known.endpoints(), known.rack(), known.features(), -1));
        assertThat(again).isEqualTo(new ControlReply.Registered(known.brokerEpoch()));
        assertThat(world.image().broker(3)).isEqualTo(known);
        assertThat(world.log).hasSize(written);
    }

    @Test
    void aBrokerEpochIsNeverGivenTwiceEvenAfterABrokerWasForgotten() {
        long last = world.epochs.get(3);
        world.die(3);
        world.submit(new BrokerCommand.UnregisterBroker(3));
        world.join(3);
        assertThat(world.epochs.get(3)).isGreaterThan(last);
    }

    @Test
    void anOldEpochIsRefusedEverywhere() {
        long old = world.epochs.get(3);
        world.pass(ClusterWorld.SESSION_MS + ClusterWorld.HEARTBEAT_MS, 3);
        world.join(3);
        assertThat(List.of(
                new BrokerCommand.Heartbeat(3, old, 1_000, Wish.SERVE),
                new PartitionCommand.AlterPartition(3, old, List.of()),
                new ControlCommand.AllocateProducerIds(3, old),
                new BrokerCommand.Heartbeat(9, old, 1_000, Wish.SERVE)))
                .allSatisfy(command -> assertThat(refusal(world.submit(command)))
                        .isEqualTo(Errors.STALE_BROKER_EPOCH));
    }

    @Test
    void aDirectoryOfAnotherBrokerIsRefused() {
        assertThat(refusal(world.register(4, ClusterWorld.disk(3), null, -1)))
                .isEqualTo(Errors.INVALID_REGISTRATION);
    }

    @Test
    void silenceOfASessionFencesAndABreathBeforeThatDoesNot() {
        world.pass(ClusterWorld.SESSION_MS - 1, 3);
        assertThat(world.image().broker(3).fenced()).isFalse();
        world.pass(1, 3);
        assertThat(world.image().broker(3).fenced()).isTrue();
        assertThat(world.beat(3).isFenced()).isFalse();
    }

    @Test
    void aLostConnectionShortensTheSessionUnlessTheBrokerIsHeardOfAgain() {
        world.submit(new BrokerCommand.ContactLost(2, world.epochs.get(2)));
        world.submit(new BrokerCommand.ContactLost(3, -1));
        world.beat(2);
        world.pass(400, 3, 2);
        assertThat(world.image().broker(2).fenced()).isFalse();
        assertThat(world.image().broker(3).fenced()).isTrue();
    }

    @Test
    void aLostConnectionOfAnEarlierRegistrationMeansNothing() {
        world.submit(new BrokerCommand.ContactLost(3, world.epochs.get(3) - 1));
        world.pass(ClusterWorld.SESSION_MS - 1, 3);
        assertThat(world.image().broker(3).fenced()).isFalse();
    }

    @Test
    void timeInWhichTheControllerItselfDidNothingIsNobodysSilence() {
        for (long jumpMs : new long[] {3_600_000, -3_600_000}) {
            world.nowMs += jumpMs;
            world.tickIfDue();
            assertThat(world.image().broker(3).fenced()).isFalse();
            world.pass(ClusterWorld.SESSION_MS - 1, 3);
            assertThat(world.image().broker(3).fenced()).isFalse();
            world.pass(2 * ClusterWorld.HEARTBEAT_MS, 3);
            assertThat(world.image().broker(3).fenced()).isTrue();
            world.beat(3);
        }
    }

    @Test
    void withANewControllerAllSessionsBeginAnew() {
        world.pass(ClusterWorld.SESSION_MS - 1, 3);
        world.failOver();
        world.pass(ClusterWorld.SESSION_MS - 1, 3);
        assertThat(world.image().broker(3).fenced()).isFalse();
        world.pass(1, 3);
        assertThat(world.image().broker(3).fenced()).isTrue();
    }

    @Test
    void aBrokerThatANewControllerHasNotHeardOfMayComeAnewAtOnce() {
        world.failOver();
        assertThat(world.register(3)).isInstanceOf(ControlReply.Registered.class);
        assertThat(refusal(world.register(3))).isEqualTo(Errors.DUPLICATE_BROKER_REGISTRATION);
    }

    @Test
    void whoWantsToStopMayOnceNobodyFollowsItAndAllOthersKnow() {
        world.create(3, 1, 2);
        assertThat(world.beat(3, Wish.SHUT_DOWN).shouldShutDown()).isFalse();
        assertThat(world.image().broker(3).standing()).isEqualTo(Standing.SHUTTING_DOWN);
        assertThat(world.partition().leader()).isEqualTo(1);
        assertThat(world.partition().isr()).containsExactly(1, 2);
        assertThat(world.beat(3, Wish.SHUT_DOWN).shouldShutDown()).isFalse();
        world.beat(1);
        assertThat(world.beat(3, Wish.SHUT_DOWN).shouldShutDown()).isFalse();
        world.beat(2);
        assertThat(world.beat(3, Wish.SHUT_DOWN).shouldShutDown()).isTrue();
        assertThat(world.image().broker(3).fenced()).isTrue();
        assertThat(world.beat(3, Wish.SHUT_DOWN).shouldShutDown()).isTrue();
    }

    @Test
    void afterAStopInGoodOrderTheNextRunNeedNotWait() {
        stop(3);
        world.join(3);
        assertThat(world.image().broker(3).standing()).isEqualTo(Standing.ACTIVE);
    }

    @Test
    void aRestartOnTheSameDiskKeepsWhatItIsEligibleFor() {
        world.create(1, Map.of("min.insync.replicas", "3"), 1, 2, 3);
        world.die(3);
        assertThat(world.partition().elr()).containsExactly(3);
        world.join(3);
        assertThat(world.partition().elr()).containsExactly(3);
    }

    @Test
    void anotherDiskIsEmptyAndLeavesIsrAndElr() {
        world.create(1, Map.of("min.insync.replicas", "3"), 1, 2, 3);
        world.die(3);
        world.die(2);
        assertThat(world.partition().elr()).containsExactly(2, 3);
        world.register(3, new Uuid(5, 5), null, -1);
        assertThat(world.partition().elr()).containsExactly(2);
        world.die(1);
        assertThat(world.partition().isr()).containsExactly(1);
        world.register(1, new Uuid(6, 6), null, -1);
        assertThat(world.partition().isr()).isEmpty();
        world.beat(1);
        world.beat(3);
        assertThat(world.partition().leader()).isEqualTo(PartitionImage.NO_LEADER);
        world.join(2);
        assertThat(world.partition().leader()).isEqualTo(2);
    }

    @Test
    void aBrokerThatWasForgottenHasAnUnknownDisk() {
        world.create(1, Map.of("min.insync.replicas", "2"), 1, 2);
        world.die(2);
        world.submit(new BrokerCommand.UnregisterBroker(2));
        assertThat(world.partition().elr()).containsExactly(2);
        world.join(2);
        assertThat(world.partition().elr()).isEmpty();
    }

    @Test
    void whereAcknowledgedRecordsAreNotSyncedAnUncleanRestartIsDoubted() {
        world.create(1, Map.of("min.insync.replicas", "3", "tidemark.durability", "os"), 1, 2, 3);
        long clean = world.epochs.get(2);
        world.die(2);
        world.die(3);
        world.register(2, ClusterWorld.disk(2), null, clean);
        world.register(3, ClusterWorld.disk(3), null, -1);
        assertThat(world.partition().elr()).containsExactly(2);
    }

    @Test
    void aBrokerWithoutTheClustersFeaturesIsRefused() {
        var identity = new BrokerImage.Identity(new Uuid(9, 9), List.of(new Uuid(9, 8)));
        var features = List.of(new Features.Feature("metadata.version", (short) 1, (short) 2));
        assertThat(refusal(world.submit(new BrokerCommand.RegisterBroker(
                9, identity, List.of(), null, features, -1))))
                .isEqualTo(Errors.UNSUPPORTED_VERSION);
    }

    @Test
    void forgettingABrokerTakesItOutOfItsPartitions() {
        world.create(3, 1, 2);
        world.failOver();
        assertThat(forgotten(3)).as("nobody has heard of it").isEqualTo(Errors.NONE);
        assertThat(world.image().broker(3)).isNull();
        assertThat(world.partition().leader()).isEqualTo(1);
        assertThat(forgotten(3)).isEqualTo(Errors.BROKER_ID_NOT_REGISTERED);
    }

    @Test
    void aBrokerThatLivesIsNotForgotten() {
        assertThat(forgotten(3)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(world.image().broker(3)).isNotNull();
    }

    @Test
    void aBrokerStopsTrustingItsHeartbeatBeforeItMayBeFenced() {
        assertThat(world.configs.leaseMs()).isEqualTo(300);
        world.submit(new BrokerCommand.ContactLost(3, -1));
        world.pass(world.configs.leaseMs(), 3);
        assertThat(world.image().broker(3).fenced()).isFalse();
    }

    @Test
    void brokersThatDieTogetherAreNotElectedForEachOther() {
        world.create(1, Map.of("min.insync.replicas", "1"), 1, 2, 3);
        world.pass(ClusterWorld.SESSION_MS, 1, 2);
        assertThat(world.partition().leader()).isEqualTo(3);
        assertThat(world.partition().leaderEpoch()).isEqualTo(1);
    }

    private Errors forgotten(int id) {
        return ((ControlReply.Outcomes) world.submit(new BrokerCommand.UnregisterBroker(id)))
                .errors().getFirst().code();
    }

    private void stop(int id) {
        world.beat(id, Wish.SHUT_DOWN);
        world.pass(1, id);
        assertThat(world.beat(id, Wish.SHUT_DOWN).shouldShutDown()).isTrue();
    }

    private ControlReply.Heard heard(BrokerCommand.Heartbeat beat) {
        return (ControlReply.Heard) world.submit(beat);
    }

    private static Errors refusal(ControlReply reply) {
        return ((ControlReply.Refused) reply).error().code();
    }
}
