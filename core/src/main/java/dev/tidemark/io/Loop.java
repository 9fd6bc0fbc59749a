package dev.tidemark.io;

import dev.tidemark.base.Clock;

/// One thread of work that owns state: whatever is confined to a loop needs no lock.
///
/// Tasks run one at a time, those from one sender in the order in which they were sent. A *turn*
/// is one drain of the mailbox; what is registered with [#atEndOfTurn] runs after it, once, so that
/// effects of many tasks (journal appends, socket flushes) leave together.
public interface Loop {
    /// The loop's number on its node, from 0.
    int index();

    /// True if the caller runs on this loop.
    boolean inLoop();

    /// Runs the task on this loop, soon. May be called from any thread. Never runs it inside the
    /// call, even on the loop itself.
    void execute(Runnable task);

    /// Runs the task when `delayMs` of monotonic time have passed, never early. Only from the loop.
    ///
    /// @return a handle to cancel it
    Timer schedule(long delayMs, Runnable task);

    /// Runs the task once at the end of the current turn. Only from the loop.
    void atEndOfTurn(Runnable task);

    /// The time, as this loop's node sees it.
    Clock clock();

    /// A pending [#schedule]d task.
    interface Timer {
        /// Forgets the task, if it has not run. Only from the loop. Cancelling twice is no error.
        void cancel();
    }
}
