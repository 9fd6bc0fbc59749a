package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.util.ArrayDeque;

/// What kafka-raft has said during a poll: it may speak of records that the end of the poll will
/// sync, so nobody hears of it before.
///
/// Confined to the quorum's loop.
final class Effects {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean releasing;

    void add(Runnable effect) {
        waiting.add(effect);
    }

    /// All is synced: lets them happen, in order, and those that they lead to.
    void release() {
        check(!releasing, "one effect after the other");
        releasing = true;
        while (!waiting.isEmpty()) {
            waiting.poll().run();
        }
        releasing = false;
    }

    /// The poll failed: nothing of it may be told.
    void drop() {
        waiting.clear();
    }
}
