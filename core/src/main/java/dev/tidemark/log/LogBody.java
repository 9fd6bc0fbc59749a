package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;

/// What a [Log] consists of: shared by the types that each do one thing to it, and by nobody else.
///
/// End offsets are exclusive. Confined to whoever has the log.
final class LogBody {
    final LogFiles files;
    final SnapshotFiles snapshots;
    final ProducerState producers = new ProducerState();
    LogConfig config;
    Segments segments = Segments.NONE;
    EpochHistory epochs = EpochHistory.EMPTY;
    long logStartOffset;
    long logEndOffset;
    /// All below is synced in the segments.
    long recoveryPoint;
    /// How often the log was cut back, or taken on from disk.
    int generation;
    /// It is known where the log ends: it may be read and grow.
    boolean recovered;
    /// Something was appended or cut since the opening.
    boolean changed;

    LogBody(LogFiles files, LogConfig config, LogCheckpoint start) {
        this.files = files;
        this.snapshots = new SnapshotFiles(files);
        this.config = config;
        this.logStartOffset = start.logStartOffset();
        this.recoveryPoint = start.recoveryPoint();
    }

    void checkRecovered() {
        check(recovered, "a log is recovered before it is used", logEndOffset);
    }

    /// A reader of what lies on disk.
    LogRecovery recovery() {
        return new LogRecovery(files, config);
    }

    /// All below is gone; the log end if there is nothing.
    long firstOffset() {
        return segments.isEmpty() ? logEndOffset : segments.get(0).baseOffset();
    }

    /// Begins a new segment, which becomes the active one.
    void begin(long baseOffset) throws IOException {
        segments = segments.with(
                Segment.create(files.disk(), files.directory(), baseOffset));
        files.namesChanged();
    }

    /// Begins a new segment at the log's end, unless the active one is empty.
    ///
    /// @return false if there was nothing to seal
    boolean roll() throws IOException {
        checkRecovered();
        if (segments.isEmpty() || segments.active().size() == 0) {
            return false;
        }
        Segment active = segments.active();
        begin(logEndOffset);
        active.seal();
        changed = true;
        return true;
    }

    /// Serves nothing below `offset` any more.
    ///
    /// @return false if it was so already
    boolean raiseStart(long offset) {
        check(offset <= logEndOffset, "a log starts before it ends", offset, logEndOffset);
        if (offset <= logStartOffset) {
            return false;
        }
        logStartOffset = offset;
        epochs = epochs.truncatedFromStart(offset);
        return true;
    }

    /// Takes on what was found on disk: a log that ends at `end`.
    ///
    /// @return true if a snapshot tells of all producers
    boolean become(long end) throws IOException {
        logEndOffset = end;
        epochs = epochs.truncatedFromEnd(end);
        long first = firstOffset();
        boolean known = snapshots.restore(producers, first, end);
        recovery().recall(segments, producers);
        if (producers.endOffset() < end) {
            epochs = recovery().retell(segments, producers.endOffset(), producers, epochs);
        }
        epochs = LogRecovery.corrected(epochs, segments, first, end);
        producers.reached(end);
        check(recoveryPoint <= end, "what is synced is there", recoveryPoint, end);
        recovered = true;
        generation++;
        changed = true;
        return known;
    }
}
