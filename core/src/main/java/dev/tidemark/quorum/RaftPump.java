package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Loop;
import java.util.function.BooleanSupplier;

/// Polls kafka-raft in tasks of the quorum's loop: when something comes in, when it asks to be
/// woken, and when the time has passed that it would have waited.
///
/// Confined to the quorum's loop.
final class RaftPump {
    private static final int POLLS_PER_TURN = 32;
    private static final long IDLE_POLL_MS = 20;

    private final Loop loop;
    private final Runnable beforeTurn;
    private final Runnable poll;
    private final BooleanSupplier isOn;
    private final RaftQueue queue = new RaftQueue(this::wake);
    private Loop.Timer timer;
    private boolean scheduled;

    /// @param isOn false before there is something to poll, and when nothing is any more
    RaftPump(Loop loop, Runnable beforeTurn, Runnable poll, BooleanSupplier isOn) {
        this.loop = loop;
        this.beforeTurn = beforeTurn;
        this.poll = poll;
        this.isOn = isOn;
    }

    /// What has come in.
    RaftQueue queue() {
        return queue;
    }

    /// Polls soon.
    void wake() {
        if (!scheduled && isOn.getAsBoolean()) {
            scheduled = true;
            loop.execute(this::turn);
        }
    }

    /// Polls now, as often as there is something to do, and sees to it that it goes on.
    void turn() {
        check(loop.inLoop(), "the quorum lives on its loop");
        scheduled = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        beforeTurn.run();
        long takenBefore = queue.taken();
        for (int i = 0; i < POLLS_PER_TURN && isOn.getAsBoolean(); i++) {
            poll.run();
            if (queue.waitMs() > 0) {
                break;
            }
        }
        if (isOn.getAsBoolean() && !scheduled) {
            goOn(takenBefore);
        }
    }

    private void goOn(long takenBefore) {
        if (queue.waitMs() > 0) {
            timer = loop.schedule(queue.waitMs(), this::turn);
        } else if (queue.isEmpty() && queue.taken() == takenBefore) {
            // kafka-raft never waits in an observer that has found no leader in time.
            Marks.hit("an observer polls for a leader");
            timer = loop.schedule(IDLE_POLL_MS, this::turn);
        } else {
            wake();
        }
    }
}
