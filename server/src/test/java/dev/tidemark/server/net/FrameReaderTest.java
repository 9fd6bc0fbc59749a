package dev.tidemark.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int MAX_FRAME_BYTES = 8 << 20;

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(
            true, 0, 1, 8192, 9, 0, 0, false);
    private final RequestBudget budget = new RequestBudget(64 << 20);
    private final List<ByteFrame> frames = new ArrayList<>();
    private boolean isOpen = true;
    private final FrameReader reader = new FrameReader(MAX_FRAME_BYTES, budget,
            new FrameReader.Sink() {
                @Override
                public void frame(ByteFrame frame) {
                    frames.add(frame);
                }

                @Override
                public boolean isOpen() {
                    return isOpen;
                }
            });

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        frames.forEach(ByteFrame::release);
        reader.close();
        assertThat(budget.usedBytes()).isZero();
        assertThat(allocator.metric().directArenas().getFirst().numActiveAllocations())
                .as("buffers not given back").isZero();
    }

    @Test
    void framesOfAllSizesComeOutAsTheyWentInHoweverTheBytesAreCut() {
        for (long seed = 0; seed < 200; seed++) {
            var prng = new Prng(seed);
            List<byte[]> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sent.add(body(prng, sizeOf(prng)));
            }
            ByteBuffer bytes = stream(sent);
            while (bytes.hasRemaining()) {
                assertThat(give(bytes, prng.nextInt(200_000) + 1)).as("seed %d", seed).isNull();
            }
            assertThat(reader.isInFrame()).isFalse();
            assertThat(frames).as("seed %d", seed).hasSameSizeAs(sent);
            for (int i = 0; i < sent.size(); i++) {
                assertThat(frames.get(i).bytes()).as("seed %d frame %d", seed, i)
                        .isEqualTo(ByteBuffer.wrap(sent.get(i)));
            }
            frames.forEach(ByteFrame::release);
            frames.clear();
        }
    }

    @Test
    void aLengthThatLiesAllocatesNothingBeforeItsBytesCome() {
        ByteBuffer start = ByteBuffer.allocate(100).putInt(0, MAX_FRAME_BYTES);
        assertThat(give(start, 100)).isNull();
        assertThat(budget.usedBytes()).isLessThan(70_000);
        assertThat(reader.missingBytes()).isEqualTo(MAX_FRAME_BYTES - 96);
    }

    @Test
    void aClientOfLargeFramesHasTheNextOneReadIntoItsPlace() {
        List<byte[]> sent = List.of(new byte[300_000], new byte[300_000]);
        ByteBuffer bytes = stream(sent);
        while (frames.isEmpty()) {
            assertThat(give(bytes, 300_004)).isNull();
        }
        assertThat(bytes.remaining()).as("a frame with no trust is read for itself")
                .isEqualTo(300_004);
        assertThat(reader.target(allocator).writableBytes()).isGreaterThanOrEqualTo(300_004);
    }

    @Test
    void aSmallFrameDoesNotHoldALargeBuffer() {
        ByteBuffer bytes = stream(List.of(new byte[300_000], new byte[20]));
        while (bytes.hasRemaining()) {
            assertThat(give(bytes, Integer.MAX_VALUE)).isNull();
        }
        assertThat(frames).hasSize(2);
        ByteBuf small = frames.get(1).retainedBytes();
        assertThat(small.unwrap().capacity()).isLessThan(1000);
        small.release();
    }

    @Test
    void lengthsThatCannotBeAreRefusedWithTheReason() {
        assertThat(refusalOf(MAX_FRAME_BYTES + 1)).contains("socket.request.max.bytes is 8388608");
        assertThat(refusalOf(-1)).contains("-1 bytes");
        assertThat(refusalOf(0x47455420)).contains("HTTP");
        assertThat(refusalOf(0x16030100)).contains("TLS");
    }

    @Test
    void nothingIsDeliveredWhileTheSinkIsClosed() {
        ByteBuffer bytes = stream(List.of(new byte[10], new byte[10]));
        isOpen = false;
        assertThat(give(bytes, 28)).isNull();
        assertThat(frames).isEmpty();
        isOpen = true;
        assertThat(reader.cut(allocator)).isNull();
        assertThat(frames).hasSize(2);
    }

    @Test
    void aSliceKeepsItsFrameAliveAndEndsItWithTheLastHolder() {
        byte[] body = {1, 2, 3, 4, 5};
        assertThat(give(stream(List.of(body)), 9)).isNull();
        ByteFrame frame = frames.removeFirst();
        var slice = frame.slice(1, 4);
        var inner = slice.slice(1, 2);
        frame.release();
        slice.release();
        assertThat(budget.usedBytes()).isEqualTo(5 + RequestBudget.FRAME_COST_BYTES);
        assertThat(inner.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {3}));
        inner.release();
        assertThat(budget.usedBytes()).isZero();
    }

    private String refusalOf(int length) {
        String reason = give(ByteBuffer.allocate(8).putInt(0, length), 8);
        reader.close();
        return reason;
    }

    /// Writes at most `count` bytes as a socket would: as many as the target takes.
    private String give(ByteBuffer bytes, int count) {
        String refusal = null;
        int end = Math.min(bytes.limit(), (int) Math.min(Integer.MAX_VALUE,
                (long) bytes.position() + count));
        while (bytes.position() < end && refusal == null) {
            ByteBuf target = reader.target(allocator);
            int chunk = Math.min(target.writableBytes(), end - bytes.position());
            assertThat(chunk).isPositive();
            target.writeBytes(bytes.slice(bytes.position(), chunk));
            bytes.position(bytes.position() + chunk);
            refusal = reader.received(allocator);
        }
        return refusal;
    }

    private static int sizeOf(Prng prng) {
        return switch (prng.nextInt(4)) {
            case 0 -> prng.nextInt(10);
            case 1 -> prng.nextInt(3_000);
            case 2 -> prng.nextInt(100_000);
            default -> prng.nextInt(600_000);
        };
    }

    private static byte[] body(Prng prng, int size) {
        byte[] body = new byte[size];
        for (int i = 0; i < size; i += 7) {
            body[i] = (byte) prng.nextInt(256);
        }
        return body;
    }

    private static ByteBuffer stream(List<byte[]> bodies) {
        ByteBuffer all = ByteBuffer.allocate(
                bodies.stream().mapToInt(body -> body.length + 4).sum());
        bodies.forEach(body -> all.putInt(body.length).put(body));
        return all.flip();
    }
}
