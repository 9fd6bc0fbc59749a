package dev.tidemark.log;

import java.io.IOException;

/// One round of making a log's segments survive a crash, prepared on the log's loop, done off it.
///
/// [#run] blocks and touches nothing that the loop owns. Afterwards the loop hands the same object
/// to [Log#flushed]. At most one is under way per log.
public final class Flush {
    private final long endOffset;

    Flush(long endOffset) {
        this.endOffset = endOffset;
    }

    /// All below survives a crash once [#run] has returned (exclusive).
    public long endOffset() {
        return endOffset;
    }

    /// Writes index tails, epochs and producers, and syncs the segments. A failure is final for
    /// the data directory.
    public void run() throws IOException {
        throw new IOException("flush is not there yet");
    }
}
