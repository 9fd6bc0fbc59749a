package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.SegmentTail;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A log from its opening until it is known what is left of it: found on disk, resumed after a
/// clean shutdown or cut after a crash, and told by the journal of producers that its segments
/// don't tell of.
///
/// Confined to whoever opens the log. Blocks.
final class LogStartup {
    private final LogBody body;
    private final LogCut cut;
    private final LogFlushing flushing;
    /// While a journal may be replayed: whom the segments don't tell of. Null if they tell all.
    private ProducersBelow below;

    LogStartup(LogBody body, LogCut cut, LogFlushing flushing) {
        this.body = body;
        this.cut = cut;
        this.flushing = flushing;
    }

    /// Finds what lies on disk, whoever has left it there.
    void find() throws IOException {
        LogFiles files = body.files;
        body.segments = body.recovery().find();
        body.snapshots.find();
        boolean present = files.has(EpochCheckpoint.NAME);
        body.epochs = present ? readEpochs() : EpochHistory.EMPTY;
        flushing.found(body.epochs, present);
        files.forgetNames();
    }

    private EpochHistory readEpochs() throws IOException {
        try {
            return EpochCheckpoint.read(body.files.disk(), body.files.directory());
        } catch (CorruptFile damaged) {
            // The batches tell them too.
            Marks.hit("leader epoch checkpoint is damaged");
            return EpochHistory.EMPTY;
        }
    }

    /// Goes on where a clean shutdown has ended, or where there is nothing.
    void resume() throws IOException {
        startAtFirstSegment();
        if (body.segments.isEmpty()) {
            // Offsets never begin anew, whatever retention or a crash has left.
            body.logStartOffset = Math.max(body.logStartOffset, body.recoveryPoint);
        }
        long end = body.segments.isEmpty() ? body.logStartOffset
                : body.recovery().resume(body.segments);
        body.recoveryPoint = Math.min(body.recoveryPoint, end);
        becomeFound(end);
        body.recoveryPoint = end;
        body.changed = false;
    }

    private void startAtFirstSegment() {
        if (!body.segments.isEmpty()) {
            body.logStartOffset = Math.max(body.logStartOffset,
                    body.segments.get(0).baseOffset());
        }
    }

    /// Producers may be known that the segments don't tell of.
    private void becomeFound(long end) throws IOException {
        if (!body.become(end)) {
            below = body.snapshots.below(body.firstOffset());
        }
    }

    /// Cuts off what a crash may have torn.
    ///
    /// @param synced all below was synced
    /// @param keepValid true if batches behind that stay as long as they are whole
    /// @return bytes that were cut off
    long recover(long synced, boolean keepValid) throws IOException {
        check(synced >= 0, "a recovery point is an offset", synced);
        if (body.recovered) {
            check(body.segments.isEmpty(), "a log is recovered once", body.logEndOffset);
            return 0;
        }
        long least = Math.max(synced, body.logStartOffset);
        if (!keepValid && body.segments.get(0).baseOffset() > least) {
            // Its name alone survived, and what stood before it is in the journal: all is replayed.
            Marks.hit("first segment of a log lost before it was synced");
            body.recovery().remove(body.segments, 0);
            body.segments = Segments.NONE;
            body.logStartOffset = least;
            body.recoveryPoint = least;
            body.become(least);
            return 0;
        }
        startAtFirstSegment();
        var found = body.recovery().cut(body.segments,
                new SegmentTail.Trust(synced, body.logStartOffset, keepValid));
        body.segments = found.segments();
        if (found.endOffset() < body.logStartOffset) {
            // Unsynced batches are lost below which the log already began, or segments have come
            // back that it had given up. They tell of producers, but not what came later.
            Marks.hit("log lost up to its start");
            cut.restartAt(body.logStartOffset).delete();
            below = body.snapshots.below(body.logStartOffset);
            return found.cutBytes();
        }
        body.recoveryPoint = Math.min(synced, found.endOffset());
        becomeFound(found.endOffset());
        return found.cutBytes();
    }

    /// Tells of a journalled frame whatever producers the segments don't tell of.
    void tellBelow(ByteBuffer batches) {
        if (below != null) {
            below.tell(batches, body.firstOffset());
        }
    }

    /// See [Log#reachStart].
    void reachStart() throws IOException {
        body.checkRecovered();
        if (body.logEndOffset < body.logStartOffset) {
            // A later leader's frames have cut off what reached above it.
            cut.truncateFullyAndStartAt(body.logStartOffset).delete();
        }
        if (below != null && below.tellsAllBelow(body.firstOffset())) {
            Marks.hit("producers known whose segments are gone");
            body.producers.restart(body.firstOffset(), below.rows());
            if (body.segments.isEmpty()) {
                // Only where there is a segment a snapshot is written.
                body.files.makePresent();
                body.begin(body.logEndOffset);
            }
            body.epochs = body.recovery().retell(body.segments, body.firstOffset(),
                    body.producers, body.epochs);
            body.producers.reached(body.logEndOffset);
        }
        below = null;
    }
}
