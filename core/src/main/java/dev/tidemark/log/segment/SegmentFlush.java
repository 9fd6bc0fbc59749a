package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import java.io.IOException;

/// What one segment has to write and sync, as of one moment.
///
/// Made on the log's loop; [#run] may be called on any thread.
public final class SegmentFlush {
    /// What is written in one go. The journal's rounds queue behind it: a piece of this size costs
    /// them a millisecond on a fast disk, and seconds' worth of batches at once cost them ten.
    public static final int PIECE_BYTES = 1 << 20;

    private final Segment segment;
    private final IndexTail offsets;
    private final IndexTail times;
    private final boolean sealed;
    private final boolean closing;
    private final int from;
    private final int end;

    /// @param closing true if whoever opens the segment next will trust its indexes
    public SegmentFlush(Segment segment, boolean closing) {
        this.segment = segment;
        this.offsets = segment.offsets().tail();
        this.times = segment.times().tail();
        this.sealed = segment.isSealed();
        this.closing = closing;
        this.end = segment.knownSize();
        this.from = segment.flushedBytes() < 0 ? end : segment.flushedBytes();
        check(!segment.isSettled(), "what is settled is not flushed again",
                segment.baseOffset());
    }

    /// Writes the indexes and syncs the batches.
    ///
    /// The indexes of an active segment are not synced, unless they were cut: after a crash the
    /// entries that are missing are made again, but false ones are not told from true ones. Nobody
    /// looks at those of a sealed one again, so they are.
    public void run() throws IOException {
        IOException failure = null;
        if (!segment.isGone()) {
            try {
                write();
            } catch (IOException late) {
                failure = late;
            }
        }
        if (segment.isGone()) {
            Marks.hit("flush met a segment that was deleted");
        } else if (failure != null) {
            throw failure;
        }
    }

    /// True if files come into being by it.
    public boolean makesFiles() {
        return offsets.makesFile() || times.makesFile();
    }

    private void write() throws IOException {
        write(offsets);
        write(times);
        for (int at = from; end - at > PIECE_BYTES; at += PIECE_BYTES) {
            segment.file().writeBack(at, at + PIECE_BYTES);
        }
        segment.file().sync();
    }

    private void write(IndexTail tail) throws IOException {
        tail.write();
        if (sealed || closing || tail.followsCut()) {
            tail.settle();
        }
    }

    /// On the loop, when it is done.
    public void done() {
        segment.offsets().filed(offsets);
        segment.times().filed(times);
        segment.flushed(end);
        check(!sealed || segment.isSealed(), "a segment stays sealed", segment.baseOffset());
        if (sealed) {
            segment.settled();
        }
    }
}
