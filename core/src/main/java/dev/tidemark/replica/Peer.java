package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

/// What a leader knows of one other replica.
///
/// Whether it keeps up is measured by marks: the leader's end at one moment, which the replica is
/// to reach in time. The next mark is set when the last was reached, so that a replica under steady
/// load is not late for ever, and one that has nothing to fetch is never late.
///
/// Confined to the partition's loop.
final class Peer {
    private static final long NO_MARK = -1;

    final int brokerId;
    /// The registration that it fetched under last, or -1.
    private long brokerEpoch = -1;
    /// All below is durable there, as far as this leadership knows; 0 if it does not.
    private long durableEnd;
    private long markEnd = NO_MARK;
    private long markNs;
    private boolean heard;
    /// Its log starts there for certain.
    long durableStart;
    boolean inSync;
    /// It would be in sync were the proposal on its way accepted.
    boolean proposed;
    /// It was refused: not proposed again before.
    long quietUntilNs = Long.MIN_VALUE;

    Peer(int brokerId) {
        this.brokerId = brokerId;
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    long durableEnd() {
        return durableEnd;
    }

    /// True if it has fetched in this leadership: it knows who leads.
    boolean isHeard() {
        return heard;
    }

    /// It has fetched. What an earlier process of its says, or said later than it was sent, is
    /// worth nothing.
    ///
    /// @return true if that is news
    boolean fetched(long epoch, long reportedEnd, long leaderEnd, long nowNs) {
        check(reportedEnd <= leaderEnd, "a replica that diverges is not counted", reportedEnd,
                leaderEnd);
        if (epoch < brokerEpoch) {
            return false;
        }
        heard = true;
        long before = durableEnd;
        boolean restarted = epoch > brokerEpoch && brokerEpoch >= 0;
        brokerEpoch = epoch;
        // A new process may have begun on an empty disk.
        durableEnd = restarted ? reportedEnd : Math.max(durableEnd, reportedEnd);
        if (durableEnd >= markEnd) {
            mark(leaderEnd, nowNs);
        }
        return durableEnd != before;
    }

    private void mark(long leaderEnd, long nowNs) {
        markEnd = durableEnd < leaderEnd ? leaderEnd : NO_MARK;
        markNs = nowNs;
    }

    /// True if it has not reached a mark for so long. To be asked now and then: sets a mark where
    /// there is none.
    boolean isLate(long leaderEnd, long nowNs, long mostNs) {
        if (markEnd == NO_MARK || durableEnd >= markEnd) {
            mark(leaderEnd, nowNs);
            return false;
        }
        return nowNs - markNs > mostNs;
    }
}
