package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Clock;
import dev.tidemark.base.Prng;
import dev.tidemark.base.TimingWheel;
import dev.tidemark.io.Loop;
import java.util.ArrayDeque;
import java.util.Iterator;

/// A [Loop] that runs when its [SimScheduler] says so.
///
/// A turn takes an arbitrary number of the tasks that have arrived, those of one sender in order,
/// then the timers that are due, then the hooks of the turn's end. A stopped loop drops all.
///
/// Confined to the simulator's thread.
public final class SimLoop implements Loop, SimSource {
    private static final int MOST_TASKS_A_TURN = 16;
    private static final long NS_PER_MS = 1_000_000;

    private final SimScheduler scheduler;
    private final int index;
    private final SimClock clock;
    private final Prng prng;
    private final ArrayDeque<Mail> inbox = new ArrayDeque<>();
    private final ArrayDeque<Runnable> endOfTurn = new ArrayDeque<>();
    private final TimingWheel timers;
    private long busyUntilNs;
    private boolean holdsMail;
    private boolean stopped;

    SimLoop(SimScheduler scheduler, int index, SimClock clock, Prng prng) {
        this.scheduler = scheduler;
        this.index = index;
        this.clock = clock;
        this.prng = prng;
        timers = new TimingWheel(nowMs());
    }

    /// From now on, what is sent in a turn arrives only when the stalls of that turn are over.
    ///
    /// For a loop that talks by messages alone. What any other writes for all to see is seen at
    /// once, so its messages must not come later than that: then a stall comes behind the turn.
    public SimLoop holdingMail() {
        holdsMail = true;
        return this;
    }

    /// The loop's process ends: tasks, timers and hooks are dropped, now and for ever.
    public void stop() {
        stopped = true;
        inbox.clear();
        endOfTurn.clear();
        scheduler.forget(this);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return scheduler.isCurrent(this);
    }

    @Override
    public void execute(Runnable task) {
        if (!stopped) {
            inbox.add(new Mail(task, scheduler.sendNs()));
        }
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        check(inLoop(), "only the loop itself schedules on it");
        check(delayMs >= 0, "a delay is not negative", delayMs);
        long roundedUpMs = Math.ceilDiv(clock.nanos(), NS_PER_MS);
        TimingWheel.Node node = timers.add(roundedUpMs + delayMs, task);
        return () -> timers.cancel(node);
    }

    @Override
    public void atEndOfTurn(Runnable task) {
        check(inLoop(), "only the loop itself registers an end of its turn");
        endOfTurn.add(task);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public long readyNs() {
        long earliestNs = endOfTurn.isEmpty() ? timerNs() : scheduler.nowNs();
        Iterator<Mail> mails = inbox.iterator();
        while (earliestNs > scheduler.nowNs() && mails.hasNext()) {
            earliestNs = Math.min(earliestNs, mails.next().arrivesNs);
        }
        return earliestNs == NEVER ? NEVER : Math.max(earliestNs, busyUntilNs);
    }

    @Override
    public void turn() {
        int tasks = 1 + prng.nextInt(MOST_TASKS_A_TURN);
        Mail mail = nextMail();
        while (mail != null) {
            mail.task.run();
            boolean stalls = busyUntilNs > scheduler.nowNs();
            mail = --tasks > 0 && !stalls ? nextMail() : null;
        }
        if (!stopped) {
            timers.advance(nowMs());
        }
        while (!endOfTurn.isEmpty()) {
            endOfTurn.remove().run();
        }
    }

    @Override
    public void busy(long forNs) {
        busyUntilNs = Math.max(busyUntilNs, scheduler.nowNs()) + forNs;
    }

    @Override
    public long heldUntilNs() {
        return holdsMail ? busyUntilNs : 0;
    }

    private Mail nextMail() {
        Iterator<Mail> mails = inbox.iterator();
        while (mails.hasNext()) {
            Mail mail = mails.next();
            if (mail.arrivesNs <= scheduler.nowNs()) {
                mails.remove();
                return mail;
            }
        }
        return null;
    }

    private long timerNs() {
        long deadlineMs = timers.nextDeadlineMs();
        if (deadlineMs > Long.MAX_VALUE / NS_PER_MS) {
            return NEVER;
        }
        if (nowMs() >= deadlineMs) {
            return scheduler.nowNs();
        }
        // The conversion rounds: whatever it says, time must move for the timer to become due.
        return Math.max(clock.schedulerNs(deadlineMs * NS_PER_MS), scheduler.nowNs() + 1);
    }

    private long nowMs() {
        return Math.floorDiv(clock.nanos(), NS_PER_MS);
    }

    private record Mail(Runnable task, long arrivesNs) {
    }
}
