package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;

/// The first offset of one partition that is not yet on every in-sync replica.
///
/// Consumers read below the high watermark only. It is exclusive, like every *end offset* here: a
/// high watermark of 7 means that offsets 0 to 6 are committed.
///
/// The leader owns it and raises it; a follower repeats what its leader says. It never falls, but
/// for a follower whose leader was elected although it lacks what was committed.
///
/// Confined to the partition's loop. Does no I/O.
final class HighWatermark {
    private long offset;

    HighWatermark(long offset) {
        this.offset = offset;
    }

    long offset() {
        return offset;
    }

    /// Raises the high watermark to the slowest in-sync replica, if that is an advance.
    ///
    /// @param slowestDurableEnd the least durable end in the ISR, the leader's included
    /// @return true if it moved, so that parked fetches and `acks=all` produces may complete
    boolean advance(long slowestDurableEnd, long leaderLogEnd) {
        check(slowestDurableEnd <= leaderLogEnd, "no replica is ahead of its leader",
                slowestDurableEnd, leaderLogEnd);
        if (slowestDurableEnd > offset) {
            offset = slowestDurableEnd;
            return true;
        }
        if (slowestDurableEnd < offset) {
            Marks.hit("high watermark held until the durable end is known");
        }
        return false;
    }

    /// The log was cut to `endOffset`, or emptied to go on there.
    void cut(long startOffset, long endOffset) {
        check(startOffset <= endOffset, "a log starts before it ends", startOffset, endOffset);
        if (offset > endOffset) {
            Marks.hit("high watermark fell with a cut");
        }
        offset = Math.clamp(offset, startOffset, endOffset);
    }
}
