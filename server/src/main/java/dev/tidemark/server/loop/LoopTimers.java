package dev.tidemark.server.loop;

import dev.tidemark.base.Clock;
import dev.tidemark.base.TimingWheel;
import dev.tidemark.io.Loop;

/// The timers of one loop, in whole milliseconds of monotonic time since the loop began.
///
/// A deadline is rounded up, so a task never runs early and at most a millisecond late by our
/// doing. Confined to its loop.
final class LoopTimers {
    /// No timer is pending.
    static final long NEVER = TimingWheel.NO_DEADLINE;

    private static final long NANOS_PER_MS = 1_000_000;

    private final Clock clock;
    private final Guard guard;
    private final long startNanos;
    private final TimingWheel wheel = new TimingWheel(0);
    private final Runnable advance = this::advance;

    LoopTimers(Clock clock, Guard guard) {
        this.clock = clock;
        this.guard = guard;
        startNanos = clock.nanos();
    }

    Loop.Timer add(long delayMs, Runnable task) {
        // The running millisecond does not count: it has begun already.
        TimingWheel.Node node = wheel.add(nowMs() + 1 + Math.max(0, delayMs), task);
        return () -> wheel.cancel(node);
    }

    /// When the next timer may be due, as the loop's age; [#NEVER] if there is none.
    long nextDeadlineMs() {
        return wheel.nextDeadlineMs();
    }

    /// Nanoseconds until the next timer may be due, 0 if one is, [#NEVER] if there is none.
    long nanosToNext() {
        long deadlineMs = wheel.nextDeadlineMs();
        if (deadlineMs == NEVER) {
            return NEVER;
        }
        return Math.max(0, startNanos + deadlineMs * NANOS_PER_MS - clock.nanos());
    }

    /// Runs what is due.
    void runDue() {
        long nowMs = nowMs();
        while (wheel.nextDeadlineMs() <= nowMs) {
            guard.run(advance);
        }
    }

    private void advance() {
        wheel.advance(nowMs());
    }

    private long nowMs() {
        return (clock.nanos() - startNanos) / NANOS_PER_MS;
    }
}
