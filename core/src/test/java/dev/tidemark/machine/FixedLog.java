package dev.tidemark.machine;

import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// A machine's log that holds what it was made with, and takes nothing.
final class FixedLog implements HostLog {
    private final Loop loop;
    private final long logEndOffset;
    private final ByteBuffer content;
    /// How many reads fail from now on.
    int failingReads;
    int reads;
    boolean lost;
    /// What was told to be damaged; less than none if nothing was.
    long damagedAt = -1;

    private FixedLog(Loop loop, long logEndOffset, ByteBuffer content) {
        this.loop = loop;
        this.logEndOffset = logEndOffset;
        this.content = content;
    }

    static FixedLog empty(Loop loop) {
        return new FixedLog(loop, 0, ByteBuffer.allocate(0));
    }

    static FixedLog ofOneRecord(Loop loop) {
        return new FixedLog(loop, 1, oneRecord());
    }

    /// One record, in whose value a bit has flipped.
    static FixedLog rotten(Loop loop) {
        ByteBuffer content = oneRecord();
        int at = content.limit() - 5;
        content.put(at, (byte) (content.get(at) ^ 4));
        return new FixedLog(loop, 1, content);
    }

    private static ByteBuffer oneRecord() {
        return MemoryRecords.withRecords(Compression.NONE,
                new SimpleRecord(0, new byte[1], new byte[9])).buffer();
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public void damaged(long offset) {
        damagedAt = offset;
    }

    @Override
    public long logEndOffset() {
        return logEndOffset;
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
        reads++;
        if (failingReads-- > 0) {
            throw new IOException("the cable is out");
        }
        if (fromOffset < logEndOffset) {
            into.put(content.duplicate());
        }
        into.flip();
    }
}
