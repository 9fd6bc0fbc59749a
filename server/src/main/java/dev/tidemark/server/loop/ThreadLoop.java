package dev.tidemark.server.loop;

import dev.tidemark.base.Clock;
import dev.tidemark.io.Loop;
import java.util.concurrent.locks.LockSupport;

/// A loop on a thread of its own, whose tasks may block: the journal's.
///
/// It parks while it has nothing to do and no timer is due. [#close] runs what is in the mailbox
/// and then ends the thread; later tasks are dropped.
public final class ThreadLoop implements Loop, AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 30_000;

    private final int index;
    private final Clock clock;
    private final Mailbox mailbox;
    private final LoopTimers timers;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closed;

    /// Starts the thread.
    ///
    /// @param name the thread's name
    public ThreadLoop(int index, String name, Clock clock, Breakdown breakdown) {
        this.index = index;
        this.clock = clock;
        var guard = new Guard(breakdown);
        mailbox = new Mailbox(guard);
        timers = new LoopTimers(clock, guard);
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
        thread.start();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        if (closed && !inLoop()) {
            return;
        }
        mailbox.offer(task);
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        return timers.add(delayMs, task);
    }

    @Override
    public void atEndOfTurn(Runnable task) {
        mailbox.atEndOfTurn(task);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    /// Ends the thread after what is in the mailbox, and waits for it.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (inLoop()) {
            return;
        }
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed || !mailbox.isEmpty()) {
            mailbox.drain();
            timers.runDue();
            mailbox.endTurn();
            if (mailbox.isEmpty()) {
                park();
            }
        }
    }

    private void park() {
        long nanos = timers.nanosToNext();
        parked = true;
        // A sender that saw us awake has put its task in before this look.
        if (mailbox.isEmpty() && !closed && nanos > 0) {
            if (nanos == LoopTimers.NEVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        parked = false;
    }
}
