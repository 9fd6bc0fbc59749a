package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.Journaled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Appends that may not go into the journal yet, because what stands below them in the log was
/// written without it and is still being flushed: a crash would leave a gap below them.
///
/// That is so for a moment after a topic's durability has changed from `os` to `sync`. Bounded as
/// what waits for the journal is: nobody who waits is answered.
///
/// Confined to the partition's loop. Does no I/O.
final class HeldAppends {
    private final List<Held> held = new ArrayList<>(0);
    private int flushes;

    private record Held(int leaderEpoch, long baseOffset, long endOffset, ByteBuffer batch,
            Frame frame) {
    }

    /// A flush has begun of all that is in the log now.
    void begin() {
        flushes++;
    }

    /// True if appends are to be held.
    boolean isHolding() {
        return flushes > 0;
    }

    /// Keeps an append back.
    ///
    /// @param frame what keeps the bytes valid, retained; null if nothing has to be released
    void hold(int leaderEpoch, long baseOffset, long endOffset, ByteBuffer batch, Frame frame) {
        check(isHolding(), "an append is held during a flush", baseOffset);
        check(held.isEmpty() || baseOffset >= held.getLast().endOffset,
                "appends are held in their order", baseOffset);
        held.add(new Held(leaderEpoch, baseOffset, endOffset, batch, frame));
    }

    /// What is below has nothing to do with what is held; `endOffset` itself if that is nothing.
    long endBelow(long endOffset) {
        return held.isEmpty() ? endOffset : held.getFirst().baseOffset;
    }

    /// A flush has ended: if it was the last, all that was held goes into the journal.
    void end(Journaled owner, JournalLane lane) {
        check(flushes > 0, "a flush that ends has begun", flushes);
        if (--flushes == 0) {
            held.forEach(one -> lane.append(owner, one.leaderEpoch, one.baseOffset, one.endOffset,
                    one.batch, one.frame));
            held.clear();
        }
    }

    /// Gives up what is held: the partition is gone, or its disk.
    void drop() {
        for (Held one : held) {
            if (one.frame != null) {
                one.frame.release();
            }
        }
        held.clear();
    }
}
