package dev.tidemark.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// How a machine is told what its log holds.
class ReplayTest {
    private final HandlerStage stage = new HandlerStage(1);
    private final Loop loop = stage.loops().get(0);

    @Test
    void aFlippedBitIsDamageAndNoOtherEvent() {
        long before = Marks.count("machine's log is damaged");
        var failures = new ArrayList<IOException>();
        var replay = new Replay<String>(null, new NeverAsked(), new Rotten(loop));

        stage.on(loop, () -> replay.run(stage.offload(), end -> { }, failures::add));
        stage.await(() -> !failures.isEmpty());

        assertThat(failures).singleElement()
                .satisfies(why -> assertThat(why).hasMessageContaining("is damaged"));
        assertThat(Marks.count("machine's log is damaged")).isGreaterThan(before);
    }

    /// A log of one record, in whose value a bit has flipped.
    private record Rotten(Loop loop) implements HostLog {
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
                        new SimpleRecord(0, new byte[1], new byte[9])).buffer());
                into.put(into.position() - 5, (byte) 4);
            }
            into.flip();
        }
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
