package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.CorruptFile;

/// What is known of damage in a partition's log, and how far its mending has come.
///
/// A log is mended from another replica, in this order. The controller hears that this one lacks
/// what it once had. A leadership begins in which nobody relies on it: in that one it has told its
/// leader nothing yet. Then all from the damage on is cut off, and is fetched like anything else
/// that a follower lacks. Where nobody else has more, the controller leaves all as it is, and so
/// does this: what lies before the damage stays readable.
///
/// A crash may also have taken offsets from the middle of a log. What is left of it is sound, and
/// is served, where nobody has more; a follower is cut back to where the hole begins.
///
/// Confined to the partition's loop.
final class Damage {
    static final long NOWHERE = Long.MAX_VALUE;
    private static final int NOT_TOLD = Integer.MAX_VALUE;

    private final Partition owner;
    /// Why the log can't be opened; null if it is open.
    private CorruptFile unopened;
    /// The first offset that is not what it was.
    private long from = NOWHERE;
    /// The first offset that is not there, although others are behind it.
    private long holeFrom = NOWHERE;
    private int toldEpoch = NOT_TOLD;

    Damage(Partition owner) {
        this.owner = owner;
    }

    /// The log can't be opened.
    void found(CorruptFile why) {
        check(unopened == null, "a log is found damaged at one opening");
        unopened = why;
        tell();
    }

    /// Bytes of the open log are not what they were.
    ///
    /// @return false if as much was known before
    boolean found(long offset) {
        check(unopened == null && offset >= 0, "an open log has offsets", offset);
        if (offset >= from) {
            return false;
        }
        from = offset;
        tell();
        return true;
    }

    /// The open log lacks offsets in its middle.
    ///
    /// @param offset the first of them
    void foundHole(long offset) {
        check(unopened == null && holeFrom == NOWHERE, "a log's holes are known when it is opened",
                offset);
        Marks.hit("log with a hole is opened");
        holeFrom = offset;
        tell();
    }

    /// True if the log's end says nothing of what it has: as a follower it neither asks nor tells.
    boolean isHoled() {
        return holeFrom != NOWHERE;
    }

    private boolean isKnown() {
        return unopened != null || from != NOWHERE || holeFrom != NOWHERE;
    }

    private void tell() {
        if (owner.leadership().replicas().size() > 1) {
            toldEpoch = owner.leaderEpoch();
            owner.isrPort().damaged(owner);
        }
    }

    /// Who leads has changed, or who is in sync.
    void follow(Leadership now) {
        if (!isKnown()) {
            return;
        }
        if (now.leaderEpoch() > toldEpoch && now.isDispensable()) {
            mend();
        } else if (now.leaderEpoch() != toldEpoch) {
            tell();
        }
    }

    private void mend() {
        CorruptFile why = unopened;
        long offset = from;
        long hole = holeFrom;
        forget();
        if (why != null) {
            owner.reopen(why);
        } else {
            owner.cutDamaged(offset, hole);
        }
    }

    /// The log is mended, or gone.
    void forget() {
        if (isKnown()) {
            unopened = null;
            from = NOWHERE;
            holeFrom = NOWHERE;
            toldEpoch = NOT_TOLD;
            owner.isrPort().mended(owner);
        }
    }
}
