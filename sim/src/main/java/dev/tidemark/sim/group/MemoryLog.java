package dev.tidemark.sim.group;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.machine.HostLog;
import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.kafka.common.protocol.Errors;

/// A machine's log in memory: what is appended is committed a little later, in order, and a crash
/// takes some of what is not.
///
/// For the simulator's one thread.
final class MemoryLog implements HostLog {
    private static final int SLOWEST_COMMIT_MS = 20;

    private final Prng prng;
    private final LongConsumer appended;
    private final TreeMap<Long, ByteBuffer> batches = new TreeMap<>();
    private Loop loop;
    private long endOffset;
    private long committedEnd;
    private long lastCommitMs;

    /// @param appended told each new end of the log, when the machine is at it
    MemoryLog(Prng prng, LongConsumer appended) {
        this.prng = prng;
        this.appended = appended;
    }

    /// A process begins.
    void open(Loop newLoop) {
        loop = newLoop;
        lastCommitMs = 0;
    }

    /// The process is over: what was not committed is lost from some batch on.
    void crash() {
        long kept = committedEnd;
        for (Map.Entry<Long, ByteBuffer> batch : batches.tailMap(committedEnd).entrySet()) {
            if (prng.chance(1, 2)) {
                break;
            }
            kept = Batch.nextOffset(batch.getValue(), 0);
        }
        batches.tailMap(kept).clear();
        endOffset = kept;
        committedEnd = kept;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public long logEndOffset() {
        return endOffset;
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
        ByteBuffer kept = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
        Batch.setBaseOffset(kept, 0, endOffset);
        batches.put(endOffset, kept);
        endOffset = Batch.nextOffset(kept, 0);
        appended.accept(endOffset);
        long nowMs = loop.clock().nanos() / 1_000_000;
        lastCommitMs = Math.max(lastCommitMs, nowMs + prng.nextInt(SLOWEST_COMMIT_MS));
        long end = endOffset;
        loop.schedule(lastCommitMs - nowMs, () -> {
            committedEnd = Math.max(committedEnd, end);
            whenCommitted.committed(committedEnd);
        });
    }

    @Override
    public void read(long fromOffset, ByteBuffer into) {
        into.limit(into.position());
        Map.Entry<Long, ByteBuffer> batch = batches.ceilingEntry(fromOffset);
        while (batch != null && batch.getValue().remaining() <= into.capacity() - into.limit()) {
            into.limit(into.limit() + batch.getValue().remaining());
            into.put(batch.getValue().duplicate());
            batch = batches.higherEntry(batch.getKey());
        }
        into.flip();
    }
}
