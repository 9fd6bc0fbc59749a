package dev.tidemark.server.loop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a loop's tasks so that none takes the loop down with it.
///
/// An `Error` is a broken invariant: nothing may be acknowledged after it, so it goes to the
/// [Breakdown]. An exception is a bug in one task: it is printed with its trace and the loop goes
/// on.
///
/// May be used from any thread.
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final Breakdown breakdown;

    Guard(Breakdown breakdown) {
        this.breakdown = breakdown;
    }

    void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("a task failed on thread={}", Thread.currentThread().getName(), bug);
        } catch (Error bug) {
            breakdown.broken(Thread.currentThread().getName(), bug);
        }
    }
}
