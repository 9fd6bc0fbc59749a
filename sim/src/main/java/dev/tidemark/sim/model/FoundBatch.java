package dev.tidemark.sim.model;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A batch as a reader found it.
///
/// @param bytes what it was read with
/// @param at where in `bytes` it begins
public record FoundBatch(ByteBuffer bytes, int at) {
    /// The whole batches in what was read, but for those that lie before `from`.
    ///
    /// @param bytes from position to limit; its end may cut a batch
    public static List<FoundBatch> in(ByteBuffer bytes, long from) {
        List<FoundBatch> found = new ArrayList<>();
        int at = bytes.position();
        while (bytes.limit() - at >= Batch.HEADER_BYTES) {
            int size = Batch.sizeInBytes(bytes, at);
            Finding.require(size >= Batch.HEADER_BYTES, "what is read is made of batches",
                    "size", size, "from", from);
            if (size > bytes.limit() - at) {
                break;
            }
            if (Batch.nextOffset(bytes, at) > from) {
                found.add(new FoundBatch(bytes, at));
            }
            at += size;
        }
        return found;
    }

    /// True if all that was read are batches that follow each other, and whose checksums fit.
    ///
    /// @param bytes from position to limit
    /// @param from the first offset that may be wanted; the first batch may begin before it
    /// @param mayBeCut true if the end may cut a batch
    public static boolean areWhole(ByteBuffer bytes, long from, boolean mayBeCut) {
        long next = from;
        int at = bytes.position();
        while (bytes.limit() - at >= Batch.HEADER_BYTES) {
            int size = Batch.sizeInBytes(bytes, at);
            if (size > bytes.limit() - at) {
                return mayBeCut;
            }
            long base = Batch.baseOffset(bytes, at);
            boolean follows = base == next || (base < next && at == bytes.position());
            if (size < Batch.HEADER_BYTES || !follows || !Batch.crcValid(bytes, at)) {
                return false;
            }
            next = Batch.nextOffset(bytes, at);
            at += size;
        }
        return mayBeCut || at == bytes.limit();
    }

    /// Its first offset.
    public long baseOffset() {
        return Batch.baseOffset(bytes, at);
    }

    /// The offset behind its last.
    public long nextOffset() {
        return Batch.nextOffset(bytes, at);
    }

    /// True if its checksum fits.
    public boolean isWhole() {
        return Batch.crcValid(bytes, at);
    }

    /// The key of the [SentBatch] that it is.
    public long key() {
        return SentBatch.key(bytes, at);
    }

    @Override
    public String toString() {
        return "[" + baseOffset() + "," + nextOffset() + ")";
    }
}
