package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.NameSync;
import dev.tidemark.log.segment.SegmentFlush;
import java.io.IOException;
import java.util.List;

/// One round of making a log's segments survive a crash, prepared on the log's loop, done off it.
///
/// [#run] blocks and touches nothing that the loop owns. Afterwards the loop hands the same object
/// to [Log#flushed]. At most one is under way per log.
public final class Flush {
    private final long endOffset;
    private final int generation;
    private final LogFiles files;
    private final List<SegmentFlush> segments;
    private final EpochWrite epochs;
    private final SnapshotFiles.Write producers;
    private final NameSync names;

    /// @param generation how often the log had been cut back; a flush of an earlier one is void
    /// @param epochs null if the file holds them
    /// @param producers null if there is a snapshot already
    Flush(long endOffset, int generation, LogFiles files, List<SegmentFlush> segments,
            EpochWrite epochs, SnapshotFiles.Write producers) {
        check(endOffset >= 0, "a flush ends at an offset", endOffset);
        this.endOffset = endOffset;
        this.generation = generation;
        this.segments = segments;
        this.epochs = epochs;
        this.producers = producers;
        this.files = files;
        this.names = files.takeNameSync();
    }

    /// All below survives a crash once [#run] has returned (exclusive).
    public long endOffset() {
        return endOffset;
    }

    /// Writes index tails, epochs and producers, and syncs the segments. A failure is final for
    /// the data directory. May be run again from the start.
    public void run() throws IOException {
        try {
            write();
        } catch (IOException failure) {
            if (!files.isGone()) {
                throw failure;
            }
            Marks.hit("flush met a log that was deleted");
        }
    }

    private void write() throws IOException {
        // Epochs first: where a snapshot is found, the batches below it are not looked at for them.
        if (epochs != null) {
            epochs.run();
        }
        if (producers != null) {
            producers.run();
        }
        for (SegmentFlush segment : segments) {
            segment.run();
        }
        if (names != null) {
            names.run();
        } else if (makesFiles()) {
            files.disk().syncDirectory(files.directory());
        }
        if (producers != null) {
            producers.deleteObsolete();
        }
    }

    private boolean makesFiles() {
        for (SegmentFlush segment : segments) {
            if (segment.makesFiles()) {
                return true;
            }
        }
        return producers != null && producers.sync();
    }

    int generation() {
        return generation;
    }

    /// The snapshot that it wrote; null if it wrote none.
    SnapshotFiles.Write producers() {
        return producers;
    }

    /// On the loop: tells everybody who was waiting to be told.
    void done() {
        segments.forEach(SegmentFlush::done);
    }
}
