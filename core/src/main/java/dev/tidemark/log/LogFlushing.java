package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.SegmentFlush;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What a log has to have written and synced so that it survives a crash without the journal.
///
/// Confined to the log's loop, but for what it gives away.
final class LogFlushing {
    private final LogBody body;
    private EpochHistory epochsOnDisk = EpochHistory.EMPTY;
    private boolean flushedBefore;

    LogFlushing(LogBody body) {
        this.body = body;
    }

    /// Takes note of the epochs that the opening has found in their file.
    ///
    /// @param present false if there is no such file: then no flush has ever ended
    void found(EpochHistory epochs, boolean present) {
        epochsOnDisk = epochs;
        flushedBefore = present;
    }

    /// See [Log#wasFlushed].
    boolean wasFlushed() {
        return flushedBefore;
    }

    /// See [Log#prepareFlush].
    Flush prepare(boolean closing) {
        return prepare(unsettled(closing), body.segments.isEmpty() ? null
                : body.snapshots.write(body.producers, closing));
    }

    /// See [Log#prepareSync].
    Flush prepareWithoutProducers() {
        check(body.producers.active().isEmpty(), "a log without producers knows none");
        return prepare(unsettled(false), null);
    }

    private List<SegmentFlush> unsettled(boolean closing) {
        check(body.recovered, "a log is recovered before it is flushed", body.logEndOffset);
        Segments segments = body.segments;
        List<SegmentFlush> unsettled = new ArrayList<>();
        for (int i = segments.count() - 1; i >= 0 && !segments.get(i).isSettled(); i--) {
            unsettled.addFirst(new SegmentFlush(segments.get(i), closing));
        }
        return unsettled;
    }

    private Flush prepare(List<SegmentFlush> unsettled, SnapshotFiles.Write producerWrite) {
        EpochHistory epochs = body.epochs;
        EpochWrite epochWrite = body.segments.isEmpty() || epochs.equals(epochsOnDisk) ? null
                : new EpochWrite(epochs, body.files);
        epochsOnDisk = epochs;
        return new Flush(body.logEndOffset, body.generation, body.files, unsettled, epochWrite,
                producerWrite);
    }

    /// See [Log#flushed].
    void flushed(Flush flush) {
        if (flush.generation() != body.generation) {
            Marks.hit("log truncated during a flush");
            body.snapshots.withdraw(flush.producers());
            return;
        }
        check(flush.endOffset() <= body.logEndOffset, "what is synced was written",
                flush.endOffset(), body.logEndOffset);
        flush.done();
        body.recoveryPoint = Math.max(body.recoveryPoint, flush.endOffset());
    }

    /// See [Log#close].
    void close() throws IOException {
        if (body.recovered && body.changed && !body.segments.isEmpty()) {
            body.segments.active().finishTimes();
            Flush last = prepare(true);
            last.run();
            flushed(last);
        }
        body.recovered = false;
        body.segments.close();
    }
}
