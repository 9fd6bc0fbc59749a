package dev.tidemark.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// How a machine is hosted on its log.
class HostTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final Loop loop = stage.loops().get(0);

    @Test
    void anEventThatCannotBeReadFailsTheHostAndTellsWhoeverWaits() {
        var host = new Host<>(new Silent(), new Unreadable(), new OneRecord(loop), new Prng(1));
        var loaded = new boolean[1];
        loop.execute(() -> host.start(stage.offload(), () -> loaded[0] = true));

        assertThatThrownBy(() -> stage.await(() -> loaded[0]))
                .hasMessage("an event of a later version");

        assertThat(loaded[0]).isTrue();
        assertThat(host.leads()).isFalse();
        assertThat(command(host)).isEqualTo(Errors.NOT_COORDINATOR);
    }

    @Test
    void aLogThatCouldNotBeReadIsReadAgainAfterAWhile() {
        var log = new OftenUnreadable(loop);
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
        var log = new OftenUnreadable(loop);
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

    private void load(Host<String, String, String> host) {
        var done = new boolean[1];
        loop.execute(() -> host.start(stage.offload(), () -> done[0] = true));
        stage.await(() -> done[0]);
    }

    private Errors command(Host<String, String, String> host) {
        var told = new Errors[1];
        loop.execute(() -> host.submit("command", new Caller<>() {
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

    /// An empty log whose disk fails twice.
    private static final class OftenUnreadable implements HostLog {
        private final Loop loop;
        private int reads;
        private boolean lost;

        OftenUnreadable(Loop loop) {
            this.loop = loop;
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public long logEndOffset() {
            return 0;
        }

        @Override
        public Errors refusal() {
            return Errors.NONE;
        }

        @Override
        public boolean isLost() {
            return lost;
        }

        @Override
        public void append(ByteBuffer batch, Committed whenCommitted) {
            throw new AssertionError("nothing is to be written");
        }

        @Override
        public void read(long fromOffset, ByteBuffer into) throws IOException {
            if (++reads <= 2) {
                throw new IOException("the cable is out");
            }
            into.flip();
        }
    }

    /// A log of one record.
    private record OneRecord(Loop loop) implements HostLog {
        @Override
        public long logEndOffset() {
            return 1;
        }

        @Override
        public Errors refusal() {
            return Errors.NONE;
        }

        @Override
        public boolean isLost() {
            return false;
        }

        @Override
        public void append(ByteBuffer batch, Committed whenCommitted) {
            throw new AssertionError("nothing is to be written");
        }

        @Override
        public void read(long fromOffset, ByteBuffer into) {
            if (fromOffset == 0) {
                into.put(MemoryRecords.withRecords(Compression.NONE,
                        new SimpleRecord(0, new byte[1], new byte[1])).buffer());
            }
            into.flip();
        }
    }

    /// Knows none of the events.
    private static final class Unreadable implements EventCodec<String> {
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

    /// Does nothing.
    private static final class Silent implements StateMachine<String, String, String> {
        @Override
        public Decision<String, String> decide(Command<String> command) {
            return Decision.none();
        }

        @Override
        public void apply(long offset, String event) {
            throw new AssertionError("nothing can be applied");
        }

        @Override
        public long nextDeadlineMs() {
            return Long.MAX_VALUE;
        }

        @Override
        public String tick() {
            return "tick";
        }

        @Override
        public boolean isSoft(String event) {
            return false;
        }

        @Override
        public List<String> snapshot() {
            return List.of();
        }

        @Override
        public void becomeLeader(long nowMs) {
            // It knows nothing.
        }

        @Override
        public List<Decision.Reply<String>> resign() {
            return List.of();
        }
    }
}
