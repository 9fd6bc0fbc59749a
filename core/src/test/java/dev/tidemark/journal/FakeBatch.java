package dev.tidemark.journal;

import dev.tidemark.base.Prng;
import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Record batches whose header and checksum are right and whose records are noise: all that the
/// journal looks at.
public final class FakeBatch {
    private FakeBatch() {
    }

    /// A batch with the offsets `[base, end)` and `bodyBytes` of noise.
    public static ByteBuffer of(int leaderEpoch, long base, long end, int bodyBytes, Prng noise) {
        ByteBuffer b = ByteBuffer.allocateDirect(Batch.HEADER_BYTES + bodyBytes);
        b.putInt(Batch.LENGTH, b.capacity() - Batch.PREFIX_BYTES);
        b.put(Batch.MAGIC_AT, Batch.MAGIC);
        b.putInt(Batch.LAST_OFFSET_DELTA, (int) (end - base - 1));
        b.putInt(Batch.RECORD_COUNT, (int) (end - base));
        b.putLong(Batch.PRODUCER_ID, Batch.NONE).putShort(Batch.PRODUCER_EPOCH,
                (short) Batch.NONE).putInt(Batch.BASE_SEQUENCE, Batch.NONE);
        for (int i = Batch.HEADER_BYTES; i < b.capacity(); i++) {
            b.put(i, (byte) noise.nextLong());
        }
        CRC32C crc = new CRC32C();
        crc.update(b.duplicate().position(Batch.ATTRIBUTES));
        b.putInt(Batch.CRC, (int) crc.getValue());
        Batch.setBaseOffset(b, 0, base);
        Batch.setLeaderEpoch(b, 0, leaderEpoch);
        return b;
    }

    /// Several of them back to back.
    public static ByteBuffer join(ByteBuffer... batches) {
        int bytes = 0;
        for (ByteBuffer batch : batches) {
            bytes += batch.remaining();
        }
        ByteBuffer all = ByteBuffer.allocateDirect(bytes);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return all.flip();
    }
}
