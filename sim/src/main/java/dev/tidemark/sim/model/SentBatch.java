package dev.tidemark.sim.model;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;

/// One batch that a simulated producer has sent to one partition, and what has become of it.
public final class SentBatch {
    /// What a batch that is nowhere yet has as its offset.
    public static final long NOWHERE = -1;

    private final String stream;
    private final long order;
    private final byte[] bytes;
    private final int count;
    private final long key;
    Fate fate = Fate.UNSURE;
    long baseOffset = NOWHERE;
    /// Its acknowledgement waits for the disk.
    boolean synced;
    /// It is in the page cache: only a loss of power may take it.
    boolean cached;
    /// It must survive whatever comes.
    boolean firm;

    /// @param stream whose batches keep their order
    /// @param order its place in the stream
    /// @param batch one batch, from position to limit, as the producer made it
    public SentBatch(String stream, long order, ByteBuffer batch) {
        this.stream = stream;
        this.order = order;
        this.bytes = new byte[batch.remaining()];
        batch.get(batch.position(), bytes);
        this.count = Batch.lastOffsetDelta(batch, batch.position()) + 1;
        this.key = key(batch, batch.position());
    }

    /// What tells batches apart by their contents: checksum and size, which no broker changes.
    static long key(ByteBuffer bytes, int at) {
        return Batch.crc(bytes, at) << Integer.SIZE | Batch.sizeInBytes(bytes, at);
    }

    /// Its bytes, to be sent (again); a copy.
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes.clone());
    }

    /// True if what stands there is this batch, but for its offset and its leader epoch.
    public boolean isAt(ByteBuffer other, int at) {
        int body = Batch.CRC;
        return ByteBuffer.wrap(bytes, body, bytes.length - body)
                .equals(other.slice(at + body, bytes.length - body));
    }

    /// Whose it is.
    public String stream() {
        return stream;
    }

    /// Its place in its stream.
    public long order() {
        return order;
    }

    /// Records in it.
    public int count() {
        return count;
    }

    /// The offset behind its last record; only of a batch whose place is known.
    long nextOffset() {
        return baseOffset + count;
    }

    /// Tells it from all others, wherever it stands.
    public long key() {
        return key;
    }

    /// Where it stands, or [#NOWHERE].
    public long baseOffset() {
        return baseOffset;
    }

    /// What is known of it.
    public Fate fate() {
        return fate;
    }

    @Override
    public String toString() {
        return "batch(" + stream + "#" + order + " records=" + count + " at=" + baseOffset + " "
                + fate + (firm ? " firm" : "") + ")";
    }
}
