package dev.tidemark.broker.throttle;

import static dev.tidemark.base.Invariant.check;

import java.util.concurrent.atomic.AtomicLong;

/// A number of bytes per second that loops share.
///
/// What was taken is paid for by time: there is room again as soon as all of it is. So a burst is
/// no longer than what is taken at once, and over any longer time the rate holds, whoever takes.
///
/// Any loop may ask and take. Does no I/O.
final class ByteRate {
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final long NS_PER_SECOND = 1_000_000_000;

    private final AtomicLong paidUntilNs = new AtomicLong(Long.MIN_VALUE);
    private volatile long bytesPerSecond = UNLIMITED;

    /// From now on; what was taken at another rate is forgotten.
    void limit(long newBytesPerSecond) {
        check(newBytesPerSecond > 0, "a rate is positive", newBytesPerSecond);
        if (newBytesPerSecond != bytesPerSecond) {
            bytesPerSecond = newBytesPerSecond;
            paidUntilNs.set(Long.MIN_VALUE);
        }
    }

    boolean isLimited() {
        return bytesPerSecond != UNLIMITED;
    }

    /// So much has been moved.
    void took(long bytes, long nowNs) {
        long rate = bytesPerSecond;
        if (rate != UNLIMITED && bytes > 0) {
            long costNs = (long) ((double) bytes / rate * NS_PER_SECOND);
            paidUntilNs.updateAndGet(until -> Math.max(until, nowNs) + costNs);
        }
    }

    /// How long it takes until more may be moved; 0 if it may be now.
    long waitNs(long nowNs) {
        long until = paidUntilNs.get();
        return !isLimited() || until <= nowNs ? 0 : until - nowNs;
    }
}
