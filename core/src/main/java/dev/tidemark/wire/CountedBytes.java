package dev.tidemark.wire;

import dev.tidemark.base.Limits;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// A request's body, of which no more than [Limits#REQUEST_WORK] is taken: everything that it
/// holds becomes objects, rows of an answer, and time of a loop that others wait for.
///
/// Counts what Kafka's classes read, as they read it, so that it holds for every array of every
/// API. Confined to one decoding. Does no I/O.
final class CountedBytes extends ByteBufferAccessor {
    /// The weight of a number.
    static final int NUMBER = 2;
    /// The weight of a string or a batch, beside its length.
    static final int OBJECT = 8;

    private int work;

    CountedBytes(ByteBuffer bytes) {
        super(bytes);
    }

    /// What was taken so far.
    int work() {
        return work;
    }

    private void count(int weight) {
        work += weight;
        if (work > Limits.REQUEST_WORK) {
            throw new IllegalArgumentException("too many elements");
        }
    }

    @Override
    public byte readByte() {
        count(NUMBER);
        return super.readByte();
    }

    @Override
    public short readShort() {
        count(NUMBER);
        return super.readShort();
    }

    @Override
    public int readInt() {
        count(NUMBER);
        return super.readInt();
    }

    @Override
    public long readLong() {
        count(NUMBER);
        return super.readLong();
    }

    @Override
    public int readUnsignedVarint() {
        count(NUMBER);
        return super.readUnsignedVarint();
    }

    @Override
    public byte[] readArray(int length) {
        count(OBJECT);
        return super.readArray(length);
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        count(OBJECT);
        return super.readByteBuffer(length);
    }
}
