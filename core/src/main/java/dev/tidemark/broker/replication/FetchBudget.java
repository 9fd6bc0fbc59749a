package dev.tidemark.broker.replication;

import static dev.tidemark.base.Invariant.check;

/// How many bytes one fetch may bring. A replica that has much to catch up with shares its fetches
/// with others that are in sync, whose producers wait for the end of each: so a fetch is to be
/// over, and what it brought on disk, in a fraction of a second, on whatever net and disk there is.
///
/// Confined to its puller's loop.
final class FetchBudget {
    private static final int MOST_BYTES = 10 << 20;
    private static final int LEAST_BYTES = 64 << 10;
    private static final long LONG_NS = 200_000_000;
    private static final long SHORT_NS = 50_000_000;

    private int bytes = 1 << 20;

    int bytes() {
        return bytes;
    }

    /// A fetch has brought so much, and it took so long until that was on disk. One that has
    /// brought little may have waited for it.
    void spent(long broughtBytes, long tookNs) {
        check(broughtBytes >= 0, "a fetch brings no less than nothing", broughtBytes);
        if (broughtBytes < bytes / 2) {
            return;
        }
        if (tookNs > LONG_NS) {
            bytes = Math.max(LEAST_BYTES, bytes / 2);
        } else if (tookNs < SHORT_NS) {
            bytes = Math.min(MOST_BYTES, bytes * 2);
        }
    }
}
