package dev.tidemark.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// How a machine is told what its log holds.
class ReplayTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final Loop loop = stage.loops().get(0);

    @Test
    void aFlippedBitIsDamageAndNoOtherEvent() {
        long before = Marks.count("machine's log is damaged");
        var failures = new ArrayList<IOException>();
        FixedLog log = FixedLog.rotten(loop);
        var replay = new Replay<String>(null, new NeverAsked(), log);

        stage.on(loop, () -> replay.run(stage.offload(), end -> { }, failures::add));
        stage.await(() -> !failures.isEmpty());

        assertThat(failures).singleElement()
                .satisfies(why -> assertThat(why).hasMessageContaining("is damaged"));
        assertThat(Marks.count("machine's log is damaged")).isGreaterThan(before);
        assertThat(log.damagedAt).as("told to whoever may mend it").isZero();
    }

    /// Sees no event of a batch that is damaged.
    private static final class NeverAsked implements EventCodec<String> {
        @Override
        public ByteBuffer key(String event) {
            throw new AssertionError(event);
        }

        @Override
        public ByteBuffer value(String event) {
            throw new AssertionError(event);
        }

        @Override
        public String decode(ByteBuffer key, ByteBuffer value) {
            throw new AssertionError("decoded");
        }
    }
}
