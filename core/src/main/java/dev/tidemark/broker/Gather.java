package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import java.util.concurrent.atomic.AtomicInteger;

/// Waits until work on several loops is done, then runs what comes after on the last one's.
///
/// Begins with one piece open, the caller's own, so that nothing comes after before everything has
/// been sent off.
public final class Gather {
    private final AtomicInteger open = new AtomicInteger(1);
    private final Runnable after;

    /// @param after runs once, wherever the last piece ended
    public Gather(Runnable after) {
        this.after = after;
    }

    /// One more piece of work is under way.
    public void begin() {
        open.incrementAndGet();
    }

    /// A piece is done; the caller's own when it has sent off all others.
    public void end() {
        int left = open.decrementAndGet();
        check(left >= 0, "a piece of work ends once", left);
        if (left == 0) {
            after.run();
        }
    }
}
