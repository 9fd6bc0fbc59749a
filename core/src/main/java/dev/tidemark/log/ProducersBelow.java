package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.List;

/// The idempotent producers of the batches below a log's first segment, gathered while a journal is
/// replayed: from the last snapshot below it, and from the frames between the two.
///
/// Where retention has taken those segments, nothing else tells of these producers, and what they
/// send again must be known for what it is. Offsets of which nobody tells make it forget all that
/// came before: an old sequence would have a producer's next batch refused.
///
/// Confined to the log's loop. Does no I/O.
final class ProducersBelow {
    private final ProducerState state = new ProducerState();

    /// @param offset the snapshot's
    /// @param snapshot what it holds of the batches below
    ProducersBelow(long offset, List<ActiveProducer> snapshot) {
        state.restart(offset, snapshot);
    }

    /// Takes note of those batches of a frame that end at or below the first segment's offset.
    void tell(ByteBuffer frame, long firstOffset) {
        if (state.endOffset() > firstOffset) {
            // The log was cut back into what was told.
            state.restart(firstOffset, List.of());
        }
        int at = frame.position();
        while (at < frame.limit() && Batch.nextOffset(frame, at) <= firstOffset) {
            long baseOffset = Batch.baseOffset(frame, at);
            if (baseOffset > state.endOffset()) {
                state.restart(baseOffset, List.of());
            }
            if (baseOffset == state.endOffset()) {
                state.append(frame, at);
            }
            check(state.endOffset() <= firstOffset, "what is told lies below", firstOffset);
            at += Batch.sizeInBytes(frame, at);
        }
    }

    /// True if it knows producers, and all below that offset that any of them has sent since.
    boolean tellsAllBelow(long firstOffset) {
        return state.endOffset() == firstOffset && !state.isEmpty();
    }

    /// As a snapshot would hold them.
    List<ActiveProducer> rows() {
        return state.rows();
    }
}
