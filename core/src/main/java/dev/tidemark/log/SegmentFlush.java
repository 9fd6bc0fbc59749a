package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import java.io.IOException;

/// What one segment has to write and sync, as of one moment.
///
/// Made on the log's loop; [#run] may be called on any thread.
final class SegmentFlush {
    private final Segment segment;
    private final SparseIndex.Tail offsets;
    private final SparseIndex.Tail times;
    private final boolean sealed;
    private final boolean closing;

    /// @param closing true if whoever opens the segment next will trust its indexes
    SegmentFlush(Segment segment, boolean closing) {
        this.segment = segment;
        this.offsets = segment.offsets().tail();
        this.times = segment.times().tail();
        this.sealed = segment.isSealed();
        this.closing = closing;
        check(!segment.isSettled(), "what is settled is not flushed again",
                segment.baseOffset());
    }

    /// Writes the indexes and syncs the batches.
    ///
    /// The indexes of an active segment are not synced: after a crash the entries that are missing
    /// are made again. Nobody looks at those of a sealed one again, so they are.
    void run() throws IOException {
        offsets.write();
        times.write();
        if (sealed || closing) {
            offsets.sync();
            times.sync();
        }
        segment.file().sync();
    }

    /// On the loop, when it is done.
    void done() {
        segment.offsets().filed(offsets);
        segment.times().filed(times);
        check(!sealed || segment.isSealed(), "a segment stays sealed", segment.baseOffset());
        if (sealed) {
            segment.settled();
        }
    }
}
