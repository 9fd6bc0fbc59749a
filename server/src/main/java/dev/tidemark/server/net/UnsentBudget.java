package dev.tidemark.server.net;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes of answers in memory that all clients of a node may leave untaken.
///
/// While it is used up, a client that has not taken its answers is asked nothing more; [Squeeze]
/// ends the slowest. What waits in files is not counted.
///
/// May be used from any thread.
final class UnsentBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    UnsentBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    boolean isSpent() {
        return usedBytes.get() >= limitBytes;
    }

    void charge(long moreBytes) {
        usedBytes.addAndGet(moreBytes);
    }
}
