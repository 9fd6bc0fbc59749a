package dev.tidemark.io;

import java.io.IOException;

/// Where work goes that may block for long: cold reads, syncs of segments, cleaning, deleting.
///
/// May be called from any loop. Work of one caller may run in any order and at the same time.
public interface Offload {
    /// Runs `work` off the loops, then `done` on `home` with its result or its failure.
    <T> void run(Loop home, Work<T> work, Done<T> done);

    /// As [#run], for work that does little but wait for syncs: a real pool lets many wait at a
    /// time, and none of them stands in the way of who wants to read.
    default <T> void runSync(Loop home, Work<T> work, Done<T> done) {
        run(home, work, done);
    }

    /// Work that may block and may fail by I/O.
    @FunctionalInterface
    interface Work<T> {
        /// Does it. Runs on no loop: touches nothing that a loop owns.
        T call() throws IOException;
    }

    /// The end of a [Work], on the caller's loop.
    @FunctionalInterface
    interface Done<T> {
        /// @param result what the work returned; null if it failed
        /// @param failure why it failed; null if it did not
        void done(T result, IOException failure);
    }
}
