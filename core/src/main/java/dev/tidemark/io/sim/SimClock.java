package dev.tidemark.io.sim;

import dev.tidemark.base.Clock;

/// One node's clock: the scheduler's time, running a little fast or slow, with a calendar that may
/// be set.
///
/// Confined to the simulator's thread.
public final class SimClock implements Clock {
    private static final long MILLION = 1_000_000;

    private final SimScheduler scheduler;
    private long driftPpm;
    /// Where the present drift began, on the scheduler's time and on this clock's.
    private long originNs;
    private long localOriginNs;
    private long calendarMs;

    /// @param startMs what [#millis] says when the clock is made
    SimClock(SimScheduler scheduler, long startMs) {
        this.scheduler = scheduler;
        originNs = scheduler.nowNs();
        calendarMs = startMs;
    }

    @Override
    public long nanos() {
        long passedNs = scheduler.nowNs() - originNs;
        // Divided first, so that a century in nanoseconds times the drift does not overflow.
        return localOriginNs + passedNs
                + passedNs / MILLION * driftPpm + passedNs % MILLION * driftPpm / MILLION;
    }

    @Override
    public long millis() {
        return calendarMs + nanos() / MILLION;
    }

    /// From now on the clock gains `ppm` microseconds in each second; it loses where negative.
    public void drift(long ppm) {
        localOriginNs = nanos();
        originNs = scheduler.nowNs();
        driftPpm = ppm;
    }

    /// Sets the calendar forwards or back; monotonic time and timers do not notice.
    public void jump(long ms) {
        calendarMs += ms;
    }

    /// The scheduler's time at which [#nanos] will have reached `localNs`, or a little later.
    long schedulerNs(long localNs) {
        long localPassedNs = localNs - localOriginNs;
        if (driftPpm == 0 || localPassedNs <= 0) {
            return originNs + localPassedNs;
        }
        double rate = (double) (MILLION + driftPpm) / MILLION;
        return originNs + (long) Math.ceil(localPassedNs / rate) + 1;
    }
}
