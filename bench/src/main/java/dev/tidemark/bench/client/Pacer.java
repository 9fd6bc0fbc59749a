package dev.tidemark.bench.client;

import java.util.concurrent.locks.LockSupport;

/// When each record of a fixed rate is due, whatever became of the ones before it.
///
/// This is what corrects for coordinated omission: latency counts from when a record *should*
/// have been sent, so a server that stalls is charged for every record that had to wait.
public final class Pacer {
    private static final long NAP_NS = 100_000;
    private final long startNs;
    private final double intervalNs;

    /// @param startNs         when the first record is due, by `System.nanoTime()`
    /// @param recordsPerSecond zero or less for no pace: every record is due at once
    public Pacer(long startNs, double recordsPerSecond) {
        this.startNs = startNs;
        this.intervalNs = recordsPerSecond > 0 ? 1e9 / recordsPerSecond : 0;
    }

    /// When a record is due, counted from zero.
    public long dueNs(long index) {
        return startNs + (long) (index * intervalNs);
    }

    /// Waits until a record is due and returns when that was.
    public long awaitDue(long index) {
        long dueNs = dueNs(index);
        long leftNs = dueNs - System.nanoTime();
        while (leftNs > 0) {
            LockSupport.parkNanos(Math.min(leftNs, NAP_NS));
            leftNs = dueNs - System.nanoTime();
        }
        return intervalNs == 0 ? System.nanoTime() : dueNs;
    }
}
