package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;

/// Batches in a row, as a leader sends them and as they are read: how far they are whole, and
/// follow each other.
///
/// Stateless.
final class BatchRun {
    private BatchRun() {
    }

    /// What a leader appends is of its own epoch.
    static void demandEpoch(ByteBuffer batches, int epoch) {
        for (int at = batches.position(); at < batches.limit();
                at += Batch.sizeInBytes(batches, at)) {
            check(Batch.leaderEpoch(batches, at) == epoch, "a leader appends in its own epoch",
                    Batch.leaderEpoch(batches, at), epoch);
        }
    }

    /// The position up to which batches are whole, follow each other from `offset` on, and are of
    /// `epoch` at most.
    static int endOf(ByteBuffer batches, long offset, int epoch) {
        int at = batches.position();
        long next = offset;
        while (batches.limit() - at >= Batch.HEADER_BYTES
                && isNext(batches, at, next) && Batch.leaderEpoch(batches, at) <= epoch) {
            next = Batch.nextOffset(batches, at);
            at += Batch.sizeInBytes(batches, at);
        }
        return at;
    }

    private static boolean isNext(ByteBuffer batches, int at, long offset) {
        int size = Batch.sizeInBytes(batches, at);
        return size >= Batch.HEADER_BYTES && size <= batches.limit() - at
                && Batch.magic(batches, at) == Batch.MAGIC
                && Batch.baseOffset(batches, at) == offset
                && Batch.lastOffsetDelta(batches, at) >= 0 && Batch.crcValid(batches, at);
    }

    /// How many bytes, from 0 on, belong to batches that end before the limit.
    static int wholeBytes(ByteBuffer bytes) {
        int whole = 0;
        while (bytes.limit() - whole >= Batch.HEADER_BYTES
                && Batch.sizeInBytes(bytes, whole) <= bytes.limit() - whole) {
            whole += Batch.sizeInBytes(bytes, whole);
        }
        return whole;
    }
}
