package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;

/// What a leader that has resigned waits for before its node stops: that somebody else leads, or
/// that it has taken too long.
///
/// Confined to the quorum's loop.
final class Departure {
    private static final long LONGEST_NS = 1_000_000_000L;
    /// The same where too few stay to elect somebody: that they hear of it is enough.
    private static final long LAST_NS = 200_000_000L;
    private static final long CHECK_MS = 10;

    private final Quorum quorum;
    private final Loop loop;
    private final Runnable mayStop;

    /// @param mayStop told once
    Departure(Quorum quorum, Loop loop, Runnable mayStop) {
        this.quorum = quorum;
        this.loop = loop;
        this.mayStop = mayStop;
    }

    /// @param staying how many of the other voters stay
    void begin(long staying, int voters) {
        check(staying >= 0 && staying <= voters, "who stays is a voter", staying, voters);
        boolean canElect = staying > voters / 2;
        await(loop.clock().nanos() + (canElect ? LONGEST_NS : LAST_NS));
    }

    private void await(long deadlineNs) {
        boolean isFollowed = !quorum.isLeader() && quorum.leaderId() != Quorum.NO_LEADER;
        if (quorum.isLost() || isFollowed || loop.clock().nanos() - deadlineNs >= 0) {
            mayStop.run();
        } else {
            loop.schedule(CHECK_MS, () -> await(deadlineNs));
        }
    }
}
