package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;

/// A machine's time, and one alarm in it.
///
/// The time begins with the calendar's and goes on by monotonic time alone: a calendar that jumps
/// makes no session end early, and none last longer.
///
/// Confined to the loop.
final class Deadline {
    /// Timers of no loop need to reach further.
    private static final long LONGEST_WAIT_MS = 1_000 * 60;
    private static final long RETRY_MS = 1_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long NS_PER_MS = 1_000_000;

    private final Loop loop;
    private final Runnable alarm;
    private Loop.Timer timer;
    private long deadlineMs = NEVER;
    private long beganMs;
    private long beganNs;

    Deadline(Loop loop, Runnable alarm) {
        this.loop = loop;
        this.alarm = alarm;
    }

    /// Time begins anew, with the calendar's.
    void begin() {
        beganMs = loop.clock().millis();
        beganNs = loop.clock().nanos();
    }

    /// The time, in milliseconds.
    long nowMs() {
        return beganMs + (loop.clock().nanos() - beganNs) / NS_PER_MS;
    }

    /// Rings at `deadlineMs`, in place of what was set before.
    void set(long newDeadlineMs) {
        if (newDeadlineMs != deadlineMs || timer == null) {
            cancel();
            deadlineMs = newDeadlineMs;
            arm();
        }
    }

    /// Rings again in a while: what was due can't be done now.
    void retry() {
        cancel();
        deadlineMs = nowMs() + RETRY_MS;
        arm();
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        deadlineMs = NEVER;
    }

    private void arm() {
        if (deadlineMs != NEVER) {
            timer = loop.schedule(Math.clamp(deadlineMs - nowMs(), 0, LONGEST_WAIT_MS),
                    this::ring);
        }
    }

    private void ring() {
        check(deadlineMs != NEVER, "only a set alarm rings");
        timer = null;
        if (nowMs() < deadlineMs) {
            arm();
        } else {
            deadlineMs = NEVER;
            alarm.run();
        }
    }
}
