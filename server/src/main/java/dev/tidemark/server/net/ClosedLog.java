package dev.tidemark.server.net;

import dev.tidemark.base.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line for each connection that was closed for its client's fault, at most ten a second.
///
/// May be used from any thread.
final class ClosedLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.tidemark.connections");
    private static final int LINES_PER_SECOND = 10;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Clock clock;
    private final AtomicLong secondStartNanos;
    private final AtomicInteger lines = new AtomicInteger();

    ClosedLog(Clock clock) {
        this.clock = clock;
        secondStartNanos = new AtomicLong(clock.nanos());
    }

    /// @param who the client's address and listener
    /// @param reason what it did
    void closed(String who, String reason) {
        reportSuppressed();
        if (lines.incrementAndGet() <= LINES_PER_SECOND) {
            LOG.warn("connection={} closed: {}", who, reason);
        }
    }

    /// Nobody's fault: a client that went away.
    void left(String who, Throwable cause) {
        LOG.debug("connection={} went away: {}", who, cause.getMessage());
    }

    private void reportSuppressed() {
        long nowNanos = clock.nanos();
        long startNanos = secondStartNanos.get();
        if (nowNanos - startNanos >= SECOND_NANOS
                && secondStartNanos.compareAndSet(startNanos, nowNanos)) {
            int suppressed = lines.getAndSet(0) - LINES_PER_SECOND;
            if (suppressed > 0) {
                LOG.warn("{} more connections were closed for their clients' faults", suppressed);
            }
        }
    }
}
