package dev.tidemark.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.io.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// How a machine is hosted on its log.
class HostTest {
    private static final long HOUR_MS = 3_600_000;

    private final HandlerStage stage = new HandlerStage(1);
    private final Loop loop = stage.loops().get(0);

    @Test
    void anEventThatCannotBeReadFailsTheHostAndTellsWhoeverWaits() {
        var host = new Host<>(
                new Silent(), new Unreadable(), FixedLog.ofOneRecord(loop), new Prng(1));
        var loaded = new boolean[1];
        loop.execute(() -> host.start(stage.offload(), () -> loaded[0] = true));

        assertThatThrownBy(() -> stage.await(() -> loaded[0]))
                .hasMessage("an event of a later version");

        assertThat(loaded[0]).isTrue();
        assertThat(host.leads()).isFalse();
        assertThat(command(host)).isEqualTo(Errors.NOT_COORDINATOR);
    }

    @Test
    void anEventOfALaterVersionFailsTheHostWithItsReasonAndIsNoBug() {
        var host = new Host<>(new Silent(), new Unreadable() {
            @Override
            public String decode(ByteBuffer key, ByteBuffer value) {
                throw new UnreadableEvent("an event has version 9, and 3 is understood");
            }
        }, FixedLog.ofOneRecord(loop), new Prng(1));
        var reasons = new ArrayList<String>();
        stage.on(loop, () -> host.onFailure(reasons::add));

        load(host);

        assertThat(host.leads()).isFalse();
        assertThat(reasons).singleElement().asString()
                .contains("an event has version 9, and 3 is understood");
    }

    @Test
    void aLogThatCouldNotBeReadIsReadAgainAfterAWhile() {
        var log = FixedLog.empty(loop);
        log.failingReads = 2;
        var host = new Host<>(new Silent(), new Unreadable(), log, new Prng(1));
        var reasons = new ArrayList<String>();
        stage.on(loop, () -> host.onFailure(reasons::add));

        load(host);
        assertThat(host.leads()).isFalse();
        assertThat(reasons).singleElement().asString().contains("the cable is out");
        load(host);
        assertThat(log.reads).as("not at once").isEqualTo(1);
        stage.scheduler().runForMs(1_000);
        load(host);
        assertThat(log.reads).isEqualTo(2);
        stage.scheduler().runForMs(1_000);
        load(host);
        assertThat(log.reads).as("the second pause is longer").isEqualTo(2);
        stage.scheduler().runForMs(1_000);
        load(host);
        assertThat(host.leads()).isTrue();

        log.lost = true;
        assertThat(command(host)).isEqualTo(Errors.NOT_COORDINATOR);
    }

    @Test
    void aHostThatResignsRefusesUntilItResumes() {
        var log = FixedLog.empty(loop);
        var host = new Host<>(new Silent(), new Unreadable(), log, new Prng(1));
        stage.on(loop, () -> host.resume(log.logEndOffset()));
        assertThat(host.leads()).isTrue();
        stage.on(loop, host::resign);
        assertThat(host.leads()).isFalse();
        assertThat(command(host)).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        stage.on(loop, () -> host.resume(log.logEndOffset()));
        assertThat(host.leads()).isTrue();
        assertThat(log.reads).as("nothing is replayed").isZero();
    }

    @Test
    void aCalendarThatJumpsRingsNoDeadlineEarlyAndNoneLate() {
        var machine = new Silent();
        var host = new Host<>(machine, new Unreadable(), FixedLog.empty(loop), new Prng(1));
        stage.on(loop, () -> host.resume(0));
        long beganMs = loop.clock().millis();
        machine.nextDeadlineMs = beganMs + 5_000;
        command(host, "sets the deadline");
        stage.clock().jump(HOUR_MS);

        stage.scheduler().runForMs(4_000);
        assertThat(machine.decided).extracting(Command::body).doesNotContain("tick");
        stage.clock().jump(-2 * HOUR_MS);
        stage.scheduler().runForMs(1_001);

        var tick = machine.decided.getLast();
        assertThat(tick.body()).isEqualTo("tick");
        assertThat(tick.nowMs() - beganMs).isBetween(5_000L, 5_100L);
        assertThat(tick.calendarMs() - tick.nowMs()).isEqualTo(-HOUR_MS);
    }

    private void load(Host<String, String, String> host) {
        var done = new boolean[1];
        loop.execute(() -> host.start(stage.offload(), () -> done[0] = true));
        stage.await(() -> done[0]);
    }

    private Errors command(Host<String, String, String> host) {
        return command(host, "command");
    }

    private Errors command(Host<String, String, String> host, String body) {
        var told = new Errors[1];
        loop.execute(() -> host.submit(body, new Caller<>() {
            @Override
            public void replied(String reply) {
                told[0] = Errors.NONE;
            }

            @Override
            public void failed(Errors error) {
                told[0] = error;
            }
        }));
        stage.await(() -> told[0] != null);
        return told[0];
    }

    /// Knows none of the events.
    private static class Unreadable implements EventCodec<String> {
        @Override
        public ByteBuffer key(String event) {
            return ByteBuffer.allocate(1);
        }

        @Override
        public ByteBuffer value(String event) {
            return null;
        }

        @Override
        public String decode(ByteBuffer key, ByteBuffer value) {
            throw new IllegalArgumentException("an event of a later version");
        }
    }
}
