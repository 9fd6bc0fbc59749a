package dev.tidemark.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerCommand.Heartbeat;
import dev.tidemark.control.BrokerCommand.RegisterBroker;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.BrokerImage.Endpoint;
import dev.tidemark.control.BrokerImage.Identity;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.CatchUp;
import dev.tidemark.control.ControlReply.Goodbye;
import dev.tidemark.control.ControlReply.Heard;
import dev.tidemark.control.ControlReply.Registered;
import dev.tidemark.control.Features;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimScheduler;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class BrokerLifecycleTest {
    private static final long INTERVAL_MS = 300;
    private static final long HURRY_MS = 50;
    private static final Identity RUN = new Identity(new Uuid(1, 1), List.of(new Uuid(2, 2)));

    private final SimScheduler scheduler = new SimScheduler(new Prng(3));
    private final Loop loop = scheduler.loop(0, scheduler.clock(0));
    private final ScriptedControl controller = new ScriptedControl(loop, this::decide);
    private final List<Errors> told = new ArrayList<>();
    private final BrokerLifecycle broker = broker(RUN);
    private boolean isThere = true;
    private boolean isFenced;
    private boolean letsGo;
    private boolean isLast;
    private CatchUp catchUp = CatchUp.CAUGHT_UP;
    private long epoch = 10;
    private int goodbyes;

    private BrokerLifecycle broker(Identity identity) {
        return new BrokerLifecycle(controller, loop,
                new BrokerLifecycle.Self(3, identity, "rack", Features.SUPPORTED, -1),
                new BrokerLifecycle.Pace(INTERVAL_MS, HURRY_MS),
                new BrokerLifecycle.News(() -> 123, List::of, () -> isLast), Trace.SILENT);
    }

    private ControlReply decide(ControlCommand command) {
        if (!isThere) {
            return ScriptedControl.refused(Errors.NOT_CONTROLLER);
        }
        return switch (command) {
            case RegisterBroker asked -> new Registered(epoch);
            case Heartbeat asked -> asked.brokerEpoch() == epoch
                    ? heard() : ScriptedControl.refused(Errors.STALE_BROKER_EPOCH);
            default -> throw new AssertionError(command);
        };
    }

    private Heard heard() {
        var standing = isFenced ? BrokerImage.Standing.FENCED : BrokerImage.Standing.ACTIVE;
        return new Heard(new BrokerImage(3, epoch, List.of(), null, standing, RUN, List.of()),
                catchUp, letsGo ? Goodbye.NOW : Goodbye.NOT_YET);
    }

    private void start(BrokerLifecycle one) {
        loop.execute(() -> one.start(List.of(new Endpoint("PLAINTEXT", "a", 1, (short) 0)),
                told::add));
    }

    private long heartbeats() {
        return controller.asked.stream().filter(Heartbeat.class::isInstance).count();
    }

    @Test
    void registersUntilItIsHeardAndServesOnceItIsNotFenced() {
        isThere = false;
        isFenced = true;
        start(broker);
        scheduler.runForMs(1_000);
        assertThat(controller.asked.size()).isBetween(15, 22);
        isThere = true;
        scheduler.runForMs(200);
        assertThat(broker.brokerEpoch()).isEqualTo(10);
        assertThat(controller.<Heartbeat>last()).isEqualTo(
                new Heartbeat(3, 10, 123, Wish.SERVE));
        assertThat(told).isEmpty();
        isFenced = false;
        scheduler.runForMs(HURRY_MS + 1);
        assertThat(told).containsExactly(Errors.NONE);
    }

    @Test
    void aHeartbeatLeavesEachIntervalAndTellsWhenItWasSent() {
        start(broker);
        scheduler.runForMs(1);
        long before = heartbeats();
        scheduler.runForMs(3_000);
        assertThat(heartbeats() - before).isBetween(9L, 10L);
        long heardNs = broker.leaseFromNs();
        assertThat(loop.clock().nanos() - heardNs).isBetween(0L, INTERVAL_MS * 1_000_000);
        isThere = false;
        scheduler.runForMs(2_000);
        assertThat(broker.leaseFromNs() - heardNs).isLessThan(2 * INTERVAL_MS * 1_000_000);
        assertThat(told).containsExactly(Errors.NONE);
    }

    @Test
    void aLeaseIsRenewedByAnAnswerThatSaysThatNobodyHasTakenOver() {
        isFenced = true;
        start(broker);
        scheduler.runForMs(1_000);
        assertThat(broker.leaseFromNs()).isEqualTo(BrokerLifecycle.NO_LEASE);
        isFenced = false;
        catchUp = CatchUp.BEHIND;
        scheduler.runForMs(1_000);
        assertThat(broker.leaseFromNs()).isEqualTo(BrokerLifecycle.NO_LEASE);
        catchUp = CatchUp.CAUGHT_UP;
        scheduler.runForMs(1_000);
        assertThat(broker.leaseFromNs()).isNotEqualTo(BrokerLifecycle.NO_LEASE);
        loop.execute(() -> broker.leave(() -> goodbyes++));
        scheduler.runForMs(1_000);
        assertThat(broker.leaseFromNs()).isEqualTo(BrokerLifecycle.NO_LEASE);
    }

    @Test
    void aBrokerWhoseDiskHasFailedMayEndWhenTheControllerHasTakenNote() {
        start(broker);
        scheduler.runForMs(1_000);
        loop.execute(() -> broker.diskFailed(() -> goodbyes++));
        scheduler.runForMs(10);
        assertThat(controller.<Heartbeat>last().wish()).isEqualTo(Wish.BE_FENCED);
        assertThat(goodbyes).as("not yet fenced").isZero();
        isFenced = true;
        scheduler.runForMs(INTERVAL_MS + 10);
        assertThat(goodbyes).isOne();
        scheduler.runForMs(10_000);
        assertThat(goodbyes).as("told once").isOne();
    }

    @Test
    void aBrokerWhoseDiskHasFailedMayEndAfterASessionWhereNobodyControls() {
        start(broker);
        scheduler.runForMs(1_000);
        isThere = false;
        loop.execute(() -> broker.diskFailed(() -> goodbyes++));
        scheduler.runForMs(2_000);
        assertThat(goodbyes).isZero();
        scheduler.runForMs(1_500);
        assertThat(goodbyes).isOne();
    }

    @Test
    void aBrokerAloneWhoseDiskHasFailedMayEndAtOnce() {
        BrokerLifecycle alone = broker(Identity.ALONE);
        start(alone);
        scheduler.runForMs(100);
        loop.execute(() -> alone.diskFailed(() -> goodbyes++));
        scheduler.runForMs(1);
        assertThat(goodbyes).isOne();
    }

    @Test
    void aBrokerThatIsForgottenRegistersAgain() {
        start(broker);
        scheduler.runForMs(1_000);
        epoch = 20;
        scheduler.runForMs(1_000);
        assertThat(broker.brokerEpoch()).isEqualTo(20);
        assertThat(controller.asked.stream().filter(RegisterBroker.class::isInstance)).hasSize(2);
        assertThat(told).as("told once").containsExactly(Errors.NONE);
    }

    @Test
    void aNewControllerIsAskedAtOnceAndTheLastOnesAnswerIsPassedOver() {
        start(broker);
        scheduler.runForMs(10);
        controller.isHolding = true;
        scheduler.runForMs(INTERVAL_MS);
        assertThat(controller.held).hasSize(1);
        long before = heartbeats();
        controller.isHolding = false;
        loop.execute(broker::controllerChanged);
        scheduler.runForMs(1);
        assertThat(heartbeats()).isEqualTo(before + 1);
        isFenced = true;
        loop.execute(controller.held.getFirst());
        scheduler.runForMs(INTERVAL_MS - 10);
        assertThat(heartbeats()).isEqualTo(before + 1);
    }

    @Test
    void leavesWhenTheControllerLetsItGoAndSaysNothingMore() {
        start(broker);
        scheduler.runForMs(100);
        loop.execute(() -> broker.leave(() -> goodbyes++));
        scheduler.runForMs(1_000);
        assertThat(controller.<Heartbeat>last().wish()).isEqualTo(Wish.SHUT_DOWN);
        assertThat(goodbyes).isZero();
        letsGo = true;
        scheduler.runForMs(HURRY_MS + 1);
        assertThat(goodbyes).isEqualTo(1);
        int asked = controller.asked.size();
        scheduler.runForMs(5_000);
        assertThat(controller.asked).hasSize(asked);
    }

    @Test
    void leavesWithoutLeaveWhereNobodyAnswersOrNobodyLetsItGo() {
        start(broker);
        scheduler.runForMs(100);
        loop.execute(() -> broker.leave(() -> goodbyes++));
        scheduler.runForMs(29_000);
        assertThat(goodbyes).as("the controller may still need it").isZero();
        scheduler.runForMs(1_100);
        assertThat(goodbyes).isEqualTo(1);
    }

    @Test
    void leavesSoonWhereNobodyAnswers() {
        start(broker);
        scheduler.runForMs(100);
        isThere = false;
        loop.execute(() -> broker.leave(() -> goodbyes++));
        scheduler.runForMs(2_900);
        assertThat(goodbyes).isZero();
        scheduler.runForMs(200);
        assertThat(goodbyes).isEqualTo(1);
    }

    @Test
    void leavesAtOnceWhereNobodyAnswersAndNobodyElseServes() {
        start(broker);
        scheduler.runForMs(100);
        isThere = false;
        loop.execute(() -> broker.leave(() -> goodbyes++));
        scheduler.runForMs(1_000);
        assertThat(goodbyes).as("others serve").isZero();
        isLast = true;
        scheduler.runForMs(HURRY_MS + 1);
        assertThat(goodbyes).isEqualTo(1);
    }

    @Test
    void theLastToServeWaitsForTheControllerAShortWhile() {
        start(broker);
        scheduler.runForMs(100);
        isLast = true;
        loop.execute(() -> broker.leave(() -> goodbyes++));
        scheduler.runForMs(1_000);
        assertThat(goodbyes).as("the controller answers").isZero();
        isThere = false;
        scheduler.runForMs(400);
        assertThat(goodbyes).isEqualTo(1);
    }

    @Test
    void aNodeThatIsAloneServesAsSoonAsItIsRegistered() {
        start(broker(Identity.ALONE));
        scheduler.runForMs(5_000);
        assertThat(told).containsExactly(Errors.NONE);
        assertThat(controller.asked).hasSize(1);
    }

    @Test
    void aBrokerOfAnotherClusterGivesUp() {
        controller.answers = asked -> ScriptedControl.refused(Errors.INCONSISTENT_CLUSTER_ID);
        start(broker);
        scheduler.runForMs(5_000);
        assertThat(told).containsExactly(Errors.INCONSISTENT_CLUSTER_ID);
        assertThat(controller.asked).hasSize(1);
    }
}
