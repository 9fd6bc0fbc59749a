package dev.tidemark.server.loop;

import dev.tidemark.base.Clock;
import dev.tidemark.io.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A Netty event loop as one of the node's loops: its sockets and our tasks share one thread.
///
/// A turn is one round of the event loop: sockets that are ready, then the mailbox, then what
/// waits for the end of the turn. A burst of messages wakes the thread once. One Netty timer stands
/// for all of ours, and only while there are any: an idle loop sleeps.
///
/// After the event loop has shut down, tasks are dropped.
public final class NettyLoop implements Loop {
    private final int index;
    private final SingleThreadEventLoop eventLoop;
    private final Clock clock;
    private final Breakdown breakdown;
    private final Mailbox mailbox;
    private final LoopTimers timers;
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Runnable turn = this::turn;
    private final Runnable endTurn = this::endTurn;
    private final Runnable nextTurn = this::nextTurn;
    private final Runnable tick = this::tick;
    private boolean inTurn;
    private long armedMs = LoopTimers.NEVER;

    NettyLoop(int index, SingleThreadEventLoop eventLoop, Clock clock, Breakdown breakdown) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.breakdown = breakdown;
        var guard = new Guard(breakdown);
        mailbox = new Mailbox(guard);
        timers = new LoopTimers(clock, guard);
    }

    /// The Netty side of it: where its channels are registered.
    public EventLoop eventLoop() {
        return eventLoop;
    }

    /// Hands a bug that was caught outside of a task to the [Breakdown].
    public void broken(Throwable bug) {
        breakdown.broken(Thread.currentThread().getName(), bug);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        mailbox.offer(task);
        if (!awake.get() && awake.compareAndSet(false, true)) {
            submit(turn);
        }
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Timer timer = timers.add(delayMs, task);
        arm();
        return timer;
    }

    @Override
    public void atEndOfTurn(Runnable task) {
        if (mailbox.atEndOfTurn(task) && !inTurn) {
            eventLoop.executeAfterEventLoopIteration(endTurn);
        }
    }

    @Override
    public Clock clock() {
        return clock;
    }

    private void turn() {
        inTurn = true;
        mailbox.drain();
        mailbox.endTurn();
        inTurn = false;
        if (!mailbox.isEmpty()) {
            // Sockets come first again: the next turn starts behind them.
            eventLoop.executeAfterEventLoopIteration(nextTurn);
            return;
        }
        awake.set(false);
        if (!mailbox.isEmpty() && awake.compareAndSet(false, true)) {
            submit(turn);
        }
    }

    private void nextTurn() {
        submit(turn);
    }

    private void endTurn() {
        inTurn = true;
        mailbox.endTurn();
        inTurn = false;
    }

    private void tick() {
        armedMs = LoopTimers.NEVER;
        timers.runDue();
        arm();
    }

    private void arm() {
        long nextMs = timers.nextDeadlineMs();
        if (nextMs >= armedMs) {
            return;
        }
        armedMs = nextMs;
        // A timer armed before for later still comes, finds nothing due, and arms what is next.
        var _ = eventLoop.schedule(tick, timers.nanosToNext(), TimeUnit.NANOSECONDS);
    }

    private void submit(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException closed) {
            // The node is gone; so is everything that the task could have touched.
        }
    }
}
