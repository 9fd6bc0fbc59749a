package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.EpochEnd;
import dev.tidemark.log.EpochHistory;
import dev.tidemark.log.ReadView;

/// Finds out whether who fetches has records that the leader never had, or has no more.
///
/// Stateless. Any thread.
public final class Divergence {
    private Divergence() {
    }

    /// Where the histories part, if they do: the greatest epoch that the leader knows, at or below
    /// the fetching side's last, and its end.
    ///
    /// @param view the leader's log
    /// @param leaderEpoch the leader's own epoch, which may have no record yet
    /// @param lastFetchedEpoch the epoch of the last record below `fetchOffset` on the other side
    /// @return null if all below `fetchOffset` is the same on both sides; [EpochEnd#UNKNOWN] if
    ///     the leader knows nothing of that time
    public static EpochEnd of(ReadView view, int leaderEpoch, int lastFetchedEpoch,
            long fetchOffset) {
        EpochHistory written = view.leaderEpochs();
        check(written.latest() <= leaderEpoch, "a leader's own epoch is the last",
                written.latest(), leaderEpoch);
        EpochHistory known = written.latest() < leaderEpoch
                ? written.assigned(leaderEpoch, view.logEndOffset()) : written;
        EpochEnd end = known.endOffsetFor(lastFetchedEpoch, view.logEndOffset());
        boolean same = end.leaderEpoch() == lastFetchedEpoch && end.endOffset() >= fetchOffset;
        return same ? null : end;
    }
}
