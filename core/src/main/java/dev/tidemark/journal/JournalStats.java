package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import java.util.concurrent.atomic.AtomicLongArray;

/// What the journal has done since it was opened, for metrics.
///
/// Written by the journal's loop, read by any thread. Does no I/O.
public final class JournalStats {
    /// Powers of two of nanoseconds that the histogram tells apart.
    public static final int BUCKETS = 64;

    private static final int ROUNDS = 0;
    private static final int ENTRIES = 1;
    private static final int BYTES = 2;
    private static final int WRITE_NS = 3;
    private static final int STALLS = 4;

    private final AtomicLongArray sums = new AtomicLongArray(STALLS + 1);
    private final AtomicLongArray roundNs = new AtomicLongArray(BUCKETS);

    JournalStats() {
    }

    /// Rounds written and synced.
    public long rounds() {
        return sums.get(ROUNDS);
    }

    /// Appends and other entries in them.
    public long entries() {
        return sums.get(ENTRIES);
    }

    /// Bytes written, headers and padding included.
    public long bytes() {
        return sums.get(BYTES);
    }

    /// Time spent in writing and syncing rounds.
    public long writeNs() {
        return sums.get(WRITE_NS);
    }

    /// How often rounds had to wait for a file.
    public long stalls() {
        return sums.get(STALLS);
    }

    /// Rounds whose write and sync took at least `2^bucket` ns and less than twice that.
    public long roundsTaking(int bucket) {
        return roundNs.get(bucket);
    }

    void round(long entries, long bytes, long ns) {
        check(entries > 0 && bytes > 0, "a round holds something", entries, bytes);
        add(ROUNDS, 1);
        add(ENTRIES, entries);
        add(BYTES, bytes);
        add(WRITE_NS, ns);
        int bucket = BUCKETS - 1 - Long.numberOfLeadingZeros(Math.max(1, ns));
        roundNs.lazySet(bucket, roundNs.get(bucket) + 1);
    }

    void stall() {
        add(STALLS, 1);
    }

    private void add(int index, long amount) {
        sums.lazySet(index, sums.get(index) + amount);
    }
}
