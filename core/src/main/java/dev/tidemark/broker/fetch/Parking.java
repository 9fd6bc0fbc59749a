package dev.tidemark.broker.fetch;

import dev.tidemark.base.Limits;

/// Where one loop's fetches wait for records, and how much room is left there.
///
/// What waits here no longer counts among the requests that are read: clients that ask for what
/// does not come can fill this place, and then hear at once that there is nothing, but they keep
/// nobody from being read.
///
/// Confined to the loop.
final class Parking {
    /// What a fetch takes beside its partitions: itself, its answer's place, its timer.
    private static final int FETCH_BYTES = 2_048;
    /// A partition takes more in memory than on the wire.
    private static final int GROWTH = 8;

    private long bytes;

    /// What a fetch takes while it waits.
    static long cost(int frameBytes) {
        return FETCH_BYTES + (long) GROWTH * frameBytes;
    }

    /// Takes room, to be given back by [#leave].
    ///
    /// @return false if there is not as much
    boolean enter(long cost) {
        if (bytes + cost > Limits.PARKED_FETCH_BYTES_PER_LOOP) {
            return false;
        }
        bytes += cost;
        return true;
    }

    void leave(long cost) {
        bytes -= cost;
    }
}
