package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Slice;
import dev.tidemark.log.segment.BatchPlace;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.Segments;
import java.io.IOException;

/// What may be read of a log, as of one moment.
///
/// Offsets that end a range are exclusive. Immutable; may be used from any thread while the log
/// goes on appending. Reading at the end of the log reads no file; elsewhere it may block on a few
/// small reads. Bytes are never copied: a read answers with where they are.
public final class ReadView {
    private final Segments segments;
    private final long logStartOffset;
    private final End committed;
    private final End stable;
    private final End logEnd;
    private final TimestampSearch.Newest newest;
    private final EpochHistory leaderEpochs;

    ReadView(Segments segments, long logStartOffset, End committed, End stable, End logEnd,
            TimestampSearch.Newest newest, EpochHistory leaderEpochs) {
        check(stable.offset() <= committed.offset(), "what is stable is committed",
                stable.offset(), committed.offset());
        check(committed.offset() <= logEnd.offset(), "what is committed is in the log",
                committed.offset(), logEnd.offset());
        this.segments = segments;
        this.logStartOffset = logStartOffset;
        this.committed = committed;
        this.stable = stable;
        this.logEnd = logEnd;
        this.newest = newest;
        this.leaderEpochs = leaderEpochs;
    }

    /// The leader epochs of the batches up to the log end.
    public EpochHistory leaderEpochs() {
        return leaderEpochs;
    }

    /// The first offset still served.
    public long logStartOffset() {
        return logStartOffset;
    }

    /// The first offset that is not yet on every in-sync replica.
    public long highWatermark() {
        return committed.offset();
    }

    /// The high watermark or the first offset of the oldest open transaction, whichever is less.
    public long lastStableOffset() {
        return stable.offset();
    }

    /// The next offset to be written.
    public long logEndOffset() {
        return logEnd.offset();
    }

    /// Where the segment begins that holds the offset; the log start if there is none.
    public long segmentStart(long offset) {
        int index = segments.floor(offset);
        return index < 0 ? logStartOffset : segments.get(index).baseOffset();
    }

    /// Finds the bytes from the batch that holds `fromOffset` on.
    ///
    /// The slice begins with a whole batch (it may hold earlier offsets, which the client skips),
    /// stays inside one segment, and may end inside a batch, as in Kafka.
    ///
    /// @param fromOffset in `[logStartOffset, endOffset]`
    /// @param maxBytes the most to return
    /// @param endOffset nothing at or behind it is returned: one of this view's three ends, as a
    ///     rule
    /// @param atLeastOneBatch true if a first batch larger than `maxBytes` is returned whole; if
    ///     false, nothing is returned then
    /// @return null if there is nothing to return
    public Slice read(long fromOffset, int maxBytes, long endOffset, boolean atLeastOneBatch)
            throws IOException {
        check(fromOffset <= endOffset, "a range is read forwards", fromOffset, endOffset);
        check(endOffset <= logEnd.offset(), "a view ends at the log's end", endOffset,
                logEnd.offset());
        for (int i = Math.max(0, segments.floor(fromOffset)); i < segments.count(); i++) {
            Segment segment = segments.get(i);
            if (segment.baseOffset() >= endOffset) {
                return null;
            }
            int limit = limitIn(i, endOffset);
            long place = segment.placeOf(fromOffset, limit);
            if (BatchPlace.position(place) < limit) {
                return slice(segment, fromOffset, place, limit, maxBytes, atLeastOneBatch);
            }
            // Behind the segment's last batch, where cleaning has left a gap: the next has it.
        }
        return null;
    }

    /// True if a [#read] from there on looks at nothing that lies on the disk alone: near the end
    /// of the log, as a rule.
    ///
    /// @param endOffset one of this view's three ends
    public boolean isRecent(long fromOffset, long endOffset) {
        int last = segments.count() - 1;
        if (last < 0 || fromOffset >= endOffset) {
            return true;
        }
        Segment segment = segments.get(last);
        boolean endKnown = endOffset >= logEnd.offset() || committed.isAt(segment, endOffset)
                || stable.isAt(segment, endOffset);
        return endKnown && fromOffset >= segment.baseOffset() && segment.isRecent(fromOffset);
    }

    private static Slice slice(Segment segment, long fromOffset, long place, int limit,
            int maxBytes, boolean atLeastOneBatch) throws IOException {
        int position = BatchPlace.position(place);
        int length = limit - position;
        check(length > 0, "a slice holds something", position, limit);
        if (length > maxBytes) {
            int known = BatchPlace.size(place);
            int first = known > 0 ? known : segment.batchSize(fromOffset, position);
            if (first > maxBytes && !atLeastOneBatch) {
                return null;
            }
            length = Math.min(length, Math.max(maxBytes, first));
        }
        return new Slice(segment.file(), position, length);
    }

    /// The position in the segment behind which nothing below `endOffset` lies.
    int limitIn(int index, long endOffset) throws IOException {
        Segment segment = segments.get(index);
        check(segment.baseOffset() < endOffset, "an end lies behind the segment's begin",
                segment.baseOffset(), endOffset);
        boolean last = index == segments.count() - 1;
        if (last && endOffset >= logEnd.offset()) {
            return logEnd.position();
        }
        if (!last && segments.get(index + 1).baseOffset() <= endOffset) {
            return segment.size();
        }
        if (committed.isAt(segment, endOffset)) {
            return committed.position();
        }
        if (stable.isAt(segment, endOffset)) {
            return stable.position();
        }
        return segment.positionOf(endOffset, last ? logEnd.position() : segment.size());
    }

    /// Finds the first record at or after `timestamp`, below `endOffset`. Reads files.
    ///
    /// @return null if there is none
    public TimestampOffset findByTimestamp(long timestamp, long endOffset) throws IOException {
        return new TimestampSearch(this, segments, newest).first(timestamp, endOffset);
    }

    /// Finds the record with the highest timestamp (the first of those). Reads files.
    ///
    /// @return null if the log is empty
    public TimestampOffset maxTimestamp() throws IOException {
        return new TimestampSearch(this, segments, newest).newest();
    }
}
