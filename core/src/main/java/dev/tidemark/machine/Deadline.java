package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;

/// One alarm by the calendar, on a loop whose timers go by monotonic time.
///
/// The calendar may jump: an alarm that rings early by it is set again, and one that a jump has
/// made late rings at the latest after [#LONGEST_WAIT_MS].
///
/// Confined to the loop.
final class Deadline {
    private static final long LONGEST_WAIT_MS = 1_000 * 60;
    private static final long RETRY_MS = 1_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final Loop loop;
    private final Runnable alarm;
    private Loop.Timer timer;
    private long deadlineMs = NEVER;

    Deadline(Loop loop, Runnable alarm) {
        this.loop = loop;
        this.alarm = alarm;
    }

    /// Rings at `deadlineMs` by the calendar, in place of what was set before.
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
        deadlineMs = loop.clock().millis() + RETRY_MS;
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
            long waitMs = deadlineMs - loop.clock().millis();
            timer = loop.schedule(Math.clamp(waitMs, 0, LONGEST_WAIT_MS), this::ring);
        }
    }

    private void ring() {
        check(deadlineMs != NEVER, "only a set alarm rings");
        timer = null;
        if (loop.clock().millis() < deadlineMs) {
            arm();
        } else {
            deadlineMs = NEVER;
            alarm.run();
        }
    }
}
