package dev.tidemark.io.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.io.NetContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SimNetTest extends NetContract {
    private static final long MS = 1_000_000;
    private static final long MAX_TURNS = 100_000;

    private final SimScheduler scheduler = new SimScheduler(new Prng(11));
    private final SimNet world = new SimNet(scheduler, new Prng(12));
    private final SimComputer a = computer("a");
    private final SimComputer b = computer("b");
    private int nextPort = 9000;

    private SimComputer computer(String name) {
        var computer = new SimComputer(scheduler, new Prng(name.hashCode()), 2);
        computer.plugInto(world.host(name));
        computer.boot();
        return computer;
    }

    @Override
    protected Net net() {
        return world.host("a");
    }

    @Override
    protected Loop loop() {
        return a.loops().getFirst();
    }

    @Override
    protected String host() {
        return "b";
    }

    @Override
    protected int listen(Connection.Acceptor acceptor) {
        world.host("b").listen(nextPort, "PLAINTEXT", b.loops(), acceptor);
        return nextPort++;
    }

    @Override
    protected void await(BooleanSupplier condition) {
        assertThat(scheduler.runUntil(condition, MAX_TURNS)).isTrue();
    }

    private void say(End end, String text) {
        end.connection.loop().execute(() -> end.send(text));
    }

    @Test
    void aCutLinkHoldsBackAndDeliversInOrderOnceItIsHealed() throws IOException {
        var far = new End(false);
        End near = connect(far);
        say(near, "before");
        scheduler.runForMs(0);
        world.link("a", "b").cut();
        say(near, "during");
        scheduler.runForMs(60_000);
        assertThat(far.received).isEmpty();
        world.link("a", "b").heal();
        say(near, "after");
        await(() -> far.received.size() == 3);
        assertThat(far.received).containsExactly("before", "during", "after");
    }

    @Test
    void aOneWayCutLetsTheOtherDirectionThrough() throws IOException {
        var far = new End(true);
        End near = connect(far);
        world.link("b", "a").cut();
        say(near, "question");
        scheduler.runForMs(1_000);
        assertThat(far.received).containsExactly("question");
        assertThat(near.received).isEmpty();
        world.heal();
        await(() -> near.received.size() == 1);
    }

    @Test
    void connectingOverACutLinkFailsAfterItsTimeAndLeavesNothingOpen() {
        var far = new End(false);
        int port = listen(far::accept);
        world.cut("a", "b");
        var near = new End(false);
        net().connect(loop(), "b", port, near);
        scheduler.runForMs(SimHost.CONNECT_TIMEOUT_MS - 1);
        assertThat(near.refusal).isNull();
        scheduler.runForMs(2);
        assertThat(near.refusal).hasMessageContaining("in time");
        world.heal();
        scheduler.runForMs(1_000);
        assertThat(near.connection).isNull();
        assertThat(world.host("a").connectionCount()).isZero();
        assertThat(world.host("b").connectionCount()).isZero();
    }

    @Test
    void aResetIsHeardOfAtBothEndsAndLosesWhatIsOnItsWay() throws IOException {
        var far = new End(false);
        End near = connect(far);
        world.link("a", "b").delay(5 * MS, 6 * MS);
        say(near, "lost");
        scheduler.runForMs(1);
        world.reset("a", "b");
        scheduler.runForMs(100);
        assertThat(near.closed).isEqualTo(1);
        assertThat(far.closed).isEqualTo(1);
        assertThat(far.received).isEmpty();
    }

    @Test
    void theEndOfAProcessIsHeardOfByItsPeers() throws IOException {
        var far = new End(false);
        End near = connect(far);
        b.kill();
        await(() -> near.closed == 1);
        assertThat(far.closed).as("its process is gone").isZero();
        assertThat(world.host("a").connectionCount()).isZero();
        var again = new End(false);
        net().connect(loop(), "b", 9000, again);
        await(() -> again.refusal != null);
        assertThat(again.refusal).hasMessageContaining("refused");
    }

    @Test
    void aLossOfPowerIsHeardOfOnlyByWhoSpeaksOnceTheMachineIsBack() throws IOException {
        var far = new End(false);
        End near = connect(far);
        b.losePower();
        say(near, "into the dark");
        var dialling = new End(false);
        net().connect(loop(), "b", 9000, dialling);
        scheduler.runForMs(10_000);
        assertThat(near.closed).isZero();
        assertThat(dialling.refusal).hasMessageContaining("in time");
        b.boot();
        scheduler.runForMs(10_000);
        assertThat(near.closed).isZero();
        say(near, "is anybody there?");
        await(() -> near.closed == 1);
        assertThat(far.received).isEmpty();
    }

    @Test
    void aCloggedLinkLetsOnlySoMuchThrough() throws IOException {
        var far = new End(false);
        End near = connect(far);
        world.link("a", "b").clog(10);
        String text = "x".repeat(96);
        near.connection.loop().execute(() -> {
            for (int i = 0; i < 20; i++) {
                near.send(text);
            }
        });
        scheduler.runForMs(100);
        assertThat(far.received.size()).isBetween(8, 10);
        scheduler.runForMs(110);
        assertThat(far.received).hasSize(20);
    }

    @Test
    void aSlowPeerIsSeenInTheBytesThatItHasNotTaken() throws IOException {
        var far = new End(false);
        End near = connect(far);
        far.connection.pauseReading();
        near.connection.loop().execute(() -> near.send("x".repeat(1 << 20)));
        scheduler.runForMs(100);
        assertThat(near.connection.unsentBytes()).isGreaterThan(700_000);
        far.connection.loop().execute(far.connection::resumeReading);
        await(() -> far.received.size() == 1 && near.connection.unsentBytes() == 0);
    }

    @Test
    void orderHoldsWithinAConnectionWhileConnectionsOvertakeEachOther() throws IOException {
        world.link("a", "b").delay(0, 50 * MS);
        var one = new End(false);
        var other = new End(false);
        End nearOne = connect(one);
        End nearOther = connect(other);
        List<String> arrived = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            say(nearOne, "1-" + i);
            say(nearOther, "2-" + i);
            scheduler.runForMs(1);
            int number = i;
            if (one.received.size() != other.received.size()) {
                arrived.add("apart at " + number);
            }
        }
        await(() -> one.received.size() == 100 && other.received.size() == 100);
        for (int i = 0; i < 100; i++) {
            assertThat(one.received.get(i)).isEqualTo("1-" + i);
            assertThat(other.received.get(i)).isEqualTo("2-" + i);
        }
        assertThat(arrived).isNotEmpty();
    }
}
