package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;

/// The opening of a partition's log, which may take as long as a segment takes to be read, and
/// whoever waits for it.
///
/// Bounded by what connections may have under way. Confined to the partition's loop.
final class Opening {
    /// In the order in which they came; null if no opening is under way.
    private List<Runnable> waiting;

    boolean isUnderWay() {
        return waiting != null;
    }

    void begin() {
        check(waiting == null, "a log is opened once at a time");
        waiting = new ArrayList<>(1);
    }

    /// Runs the task when the opening has ended, whichever way.
    void await(Runnable task) {
        check(waiting != null, "who waits for an opening waits for one that is under way");
        waiting.add(task);
    }

    /// It has ended.
    ///
    /// @return who waits, to be run once its end is known
    List<Runnable> end() {
        check(waiting != null, "an opening that ends was begun");
        List<Runnable> due = waiting;
        waiting = null;
        return due;
    }
}
