package dev.tidemark.quorum;

import dev.tidemark.base.Clock;
import org.apache.kafka.common.utils.Time;

/// The time that kafka-raft goes by: milliseconds of the calendar as it stood at the start, moved
/// on by monotonic time, so that no jump of the calendar begins an election.
final class RaftTime implements Time {
    private static final long NANOS_PER_MS = 1_000_000;

    private final Clock clock;
    private final long startMs;
    private final long startNs;

    RaftTime(Clock clock) {
        this.clock = clock;
        this.startMs = clock.millis();
        this.startNs = clock.nanos();
    }

    @Override
    public long milliseconds() {
        return startMs + (clock.nanos() - startNs) / NANOS_PER_MS;
    }

    @Override
    public long nanoseconds() {
        return clock.nanos();
    }

    @Override
    public void sleep(long ms) {
        throw new UnsupportedOperationException("nobody sleeps on a loop");
    }
}
