package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Takes a log's end away: what another leader never had, or what can't be trusted after a crash.
///
/// Confined to whoever has the log. Blocks.
final class LogCut {
    private final LogBody body;

    LogCut(LogBody body) {
        this.body = body;
    }

    /// See [Log#truncateTo].
    void truncateTo(long offset) throws IOException {
        check(body.recovered, "a log is recovered before it is cut", offset);
        if (offset >= body.logEndOffset) {
            return;
        }
        int index = body.segments.floor(offset);
        if (index < 0) {
            body.logStartOffset = offset;
            restartAt(offset).delete();
            return;
        }
        body.recovery().remove(body.segments, index + 1);
        body.segments = body.segments.range(0, index + 1);
        Segment active = body.segments.active();
        long end = active.truncateTo(offset, body.config.rolling().indexIntervalBytes());
        body.recoveryPoint = Math.min(body.recoveryPoint, end);
        body.logStartOffset = Math.min(body.logStartOffset, end);
        body.become(end);
        body.files.syncNames();
    }

    /// See [Log#cutEnd].
    long endAt(long offset) throws IOException {
        check(body.recovered, "a log is recovered before it is cut", offset);
        int index = body.segments.floor(offset);
        if (offset >= body.logEndOffset || index < 0) {
            return offset;
        }
        Segment segment = body.segments.get(index);
        // What lies at a segment's beginning may be damaged, and is not looked at.
        int position = segment.positionOf(offset, segment.size());
        if (position == 0) {
            return segment.baseOffset();
        }
        return position == segment.size() ? offset
                : Math.min(offset, segment.offsetAt(position));
    }

    /// See [Log#truncateFullyAndStartAt].
    RemovedFiles truncateFullyAndStartAt(long offset) throws IOException {
        check(body.recovered, "a log is recovered before it is cut", offset);
        body.logStartOffset = offset;
        return restartAt(offset);
    }

    /// As [#truncateTo], for a replay: the log goes on to start where it did, although it may end
    /// below that for a while.
    void cutBack(long offset) throws IOException {
        long startOffset = body.logStartOffset;
        if (offset < body.logEndOffset && body.segments.floor(offset) >= 0) {
            truncateTo(offset);
        } else {
            restartAt(offset).delete();
        }
        body.logStartOffset = startOffset;
        check(body.logEndOffset <= offset, "a log is cut back to an offset", offset,
                body.logEndOffset);
    }

    /// Gives all segments up; the log goes on at `offset`, wherever it starts.
    RemovedFiles restartAt(long offset) throws IOException {
        check(offset >= 0, "a log starts at an offset", offset);
        List<String> dropped = new ArrayList<>();
        boolean onDisk = !body.segments.isEmpty();
        for (int i = 0; i < body.segments.count(); i++) {
            body.segments.get(i).leave();
            body.files.retireSegment(body.segments.get(i).baseOffset(), dropped);
        }
        body.segments = Segments.NONE;
        body.epochs = EpochHistory.EMPTY;
        body.recoveryPoint = offset;
        body.become(offset);
        if (onDisk) {
            // Its name keeps the offset, for the next opening.
            body.begin(offset);
        }
        body.files.syncNames();
        return new RemovedFiles(body.files.disk(), dropped);
    }

    /// Goes on at an offset beyond the log's end: what lay between is lost.
    void skipTo(long offset) throws IOException {
        check(offset > body.logEndOffset, "a gap is skipped forwards", offset, body.logEndOffset);
        boolean onDisk = !body.segments.isEmpty();
        if (onDisk && body.segments.active().size() == 0) {
            body.recovery().remove(body.segments, body.segments.count() - 1);
            body.segments = body.segments.range(0, body.segments.count() - 1);
        } else if (onDisk) {
            body.segments.active().seal();
        }
        body.logEndOffset = offset;
        body.producers.reached(offset);
        if (onDisk) {
            body.begin(offset);
        }
    }
}
