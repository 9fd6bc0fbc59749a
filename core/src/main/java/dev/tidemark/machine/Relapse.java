package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

/// When a host that has failed may load its log again: after a second at first, then twice as long
/// each time, so that a log that can't be read is not read by every request.
///
/// Confined to the host's loop.
final class Relapse {
    private static final long FIRST_PAUSE_NS = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NS = 60 * FIRST_PAUSE_NS;

    private long pauseNs = FIRST_PAUSE_NS;
    private long overNs;

    /// It has failed.
    void begin(long nowNs) {
        overNs = nowNs + pauseNs;
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
        check(pauseNs >= FIRST_PAUSE_NS, "a pause grows", pauseNs);
    }

    /// True if it may be tried again.
    boolean isOver(long nowNs) {
        return nowNs - overNs >= 0;
    }

    /// All is well.
    void forget() {
        pauseNs = FIRST_PAUSE_NS;
    }
}
