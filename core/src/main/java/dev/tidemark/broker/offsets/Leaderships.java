package dev.tidemark.broker.offsets;

import dev.tidemark.log.EpochHistory;
import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.replica.Partition;

/// The leaderships of a partition as its leader sees them: those with records, and its own.
///
/// Stateless; on the partition's loop.
final class Leaderships {
    private Leaderships() {
    }

    /// The epochs in the log; the present one begins at the log end if it has no record yet.
    static EpochHistory of(Partition partition, Log log) {
        EpochHistory written = log.leaderEpochs();
        return written.latest() < partition.leaderEpoch()
                ? written.assigned(partition.leaderEpoch(), log.logEndOffset()) : written;
    }

    /// False as long as a new leader doesn't know that what it began with is committed: what it
    /// would give for the committed end could be less than its predecessor gave (KIP-207).
    static boolean isCommitted(Partition partition, Log log, ReadView view) {
        if (partition.leadership().replicas().size() == 1) {
            return true;
        }
        EpochHistory all = of(partition, log);
        return view.highWatermark() >= all.startOffset(all.size() - 1);
    }
}
