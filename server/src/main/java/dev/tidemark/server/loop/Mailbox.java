package dev.tidemark.server.loop;

import java.util.ArrayList;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/// The tasks sent to one loop, and what waits for the end of its turn.
///
/// Any thread may [#offer]; the rest is the loop's own. A turn is bounded, so that a flood of
/// messages delays neither sockets nor the effects that leave at its end.
final class Mailbox {
    private static final int TURN_TASKS = 1024;
    private static final int CHUNK = 256;

    private final Guard guard;
    private final MpscUnboundedAtomicArrayQueue<Runnable> tasks =
            new MpscUnboundedAtomicArrayQueue<>(CHUNK);
    private final ArrayList<Runnable> endOfTurn = new ArrayList<>();

    Mailbox(Guard guard) {
        this.guard = guard;
    }

    void offer(Runnable task) {
        tasks.add(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /// Runs at most one turn's worth of tasks.
    void drain() {
        for (int i = 0; i < TURN_TASKS; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guard.run(task);
        }
    }

    /// @return true if it is the first of this turn
    boolean atEndOfTurn(Runnable task) {
        endOfTurn.add(task);
        return endOfTurn.size() == 1;
    }

    /// Runs what was registered for the end of the turn, and what that registers in its turn.
    void endTurn() {
        for (int i = 0; i < endOfTurn.size(); i++) {
            guard.run(endOfTurn.get(i));
        }
        endOfTurn.clear();
    }
}
