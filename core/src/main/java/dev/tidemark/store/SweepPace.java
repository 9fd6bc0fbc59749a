package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;

/// How many logs a sweep flushes at a time.
///
/// Few, so that the rounds that go on meanwhile are not held up: as long as the sweep is going to
/// end before half of the room is taken that the journal had when it began. More and more while it
/// falls behind that, because once the room is gone nobody is acknowledged. On a disk whose syncs
/// are slow and wait side by side, many at a time take no longer than one.
///
/// Confined to the journal's loop.
final class SweepPace {
    /// At any time.
    static final int LEAST = 2;
    /// However late it is: each has a thread that waits, and some files open.
    static final int MOST = 32;

    private int logs;
    private int done;
    private long roomAtFirst;
    private int atOnce = LEAST;

    /// A sweep begins.
    ///
    /// @param due how many logs it flushes
    /// @param roomBytes what the journal may still take before rounds wait for the sweep
    void begin(int due, long roomBytes) {
        check(due >= 0, "a sweep flushes logs", due);
        logs = due;
        done = 0;
        roomAtFirst = roomBytes;
        atOnce = LEAST;
    }

    /// How many may be under way now.
    int atOnce() {
        return atOnce;
    }

    /// One more is flushed.
    ///
    /// @param roomBytes what is left of the journal's room
    void flushed(long roomBytes) {
        done++;
        check(done <= logs, "no more is flushed than was due", done, logs);
        boolean late = (double) (roomAtFirst - roomBytes) * logs * 2 > (double) roomAtFirst * done;
        if (late && atOnce < MOST) {
            Marks.hit("sweep makes haste");
            atOnce++;
        } else if (!late && atOnce > LEAST) {
            atOnce--;
        }
    }
}
