package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;

/// Looks at what a leader has sent before it goes into the log: a flipped bit is not handed on.
///
/// Stateless.
final class FetchedBatches {
    private FetchedBatches() {
    }

    /// Where the last whole batch ends.
    ///
    /// @param fetchOffset the first batch holds it, or follows it
    /// @param lastEpoch the epoch of what lies below; epochs never fall
    /// @param leaderEpoch the leader's own
    /// @return a place in the buffer; below 0 if the bytes are not what a leader sends: then the
    ///     complement of the place of the batch that is wrong
    static int wholeEnd(ByteBuffer batches, long fetchOffset, int lastEpoch, int leaderEpoch) {
        check(fetchOffset >= 0 && leaderEpoch >= lastEpoch, "a leader's epoch is the last",
                lastEpoch, leaderEpoch);
        int at = batches.position();
        long next = fetchOffset;
        int epoch = lastEpoch;
        while (batches.limit() - at >= Batch.HEADER_BYTES) {
            int size = Batch.sizeInBytes(batches, at);
            if (size < Batch.HEADER_BYTES || Batch.magic(batches, at) != Batch.MAGIC) {
                return ~at;
            }
            if (size > batches.limit() - at) {
                return at;
            }
            boolean first = at == batches.position();
            long base = Batch.baseOffset(batches, at);
            boolean follows = first ? Batch.nextOffset(batches, at) > next : base >= next;
            int own = Batch.leaderEpoch(batches, at);
            if (!follows || own < epoch || own > leaderEpoch || !Batch.crcValid(batches, at)) {
                return ~at;
            }
            epoch = own;
            next = Batch.nextOffset(batches, at);
            at += size;
        }
        return at;
    }

    /// What is wrong, for an operator.
    static String describe(ByteBuffer batches, int at) {
        int size = Batch.sizeInBytes(batches, at);
        boolean whole = size >= Batch.HEADER_BYTES && size <= batches.limit() - at;
        return "at=" + (at - batches.position()) + " offset=" + Batch.baseOffset(batches, at)
                + " leaderEpoch=" + Batch.leaderEpoch(batches, at) + " bytes=" + size
                + " left=" + (batches.limit() - at)
                + " checksum=" + (whole && Batch.crcValid(batches, at));
    }
}
