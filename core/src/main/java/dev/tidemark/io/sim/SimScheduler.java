package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The one thread of a simulated world: gives turns to loops and offloaded work in an order that a
/// seed draws, and moves virtual time on when nobody has anything to do.
///
/// A turn takes no time, except what a disk's stall adds: then the loop takes no other turn until
/// that time is over. What it sent before counts as sent before the stall or, where it waits for
/// that ([SimLoop#holdingMail]), after it.
public final class SimScheduler {
    private final Prng prng;
    private final List<SimSource> sources = new ArrayList<>();
    /// Those ready in the current step; kept to save garbage.
    private final List<SimSource> ready = new ArrayList<>();
    private long nowNs;
    private SimSource current;
    private long turns;

    /// @param prng draws whose turn it is
    public SimScheduler(Prng prng) {
        this.prng = prng;
    }

    /// Makes a node's clock.
    ///
    /// @param startMs the calendar's present, in epoch milliseconds
    public SimClock clock(long startMs) {
        return new SimClock(this, startMs);
    }

    /// Makes a loop of a node.
    public SimLoop loop(int index, SimClock clock) {
        SimLoop loop = new SimLoop(this, index, clock, prng.split());
        sources.add(loop);
        return loop;
    }

    /// Makes a node's pool for blocking work, each piece of which starts within `slowestNs`.
    public SimOffload offload(long slowestNs) {
        SimOffload offload = new SimOffload(this, prng.split(), slowestNs);
        sources.add(offload);
        return offload;
    }

    /// Virtual time since the world began, in nanoseconds.
    public long nowNs() {
        return nowNs;
    }

    /// Turns taken so far.
    public long turns() {
        return turns;
    }

    /// Keeps the loop or worker whose turn it is busy for a while: what a disk's stall calls.
    public void stall(long ns) {
        check(ns >= 0, "a stall is not negative", ns);
        if (current != null) {
            current.busy(ns);
        }
    }

    /// Gives one turn, after moving time on to when there is one to give.
    ///
    /// What a task throws comes out here, with the world in a state to go on from.
    ///
    /// @return false if nothing waits anywhere, now or later
    public boolean step() {
        return step(SimSource.NEVER - 1);
    }

    /// Runs until the condition holds.
    ///
    /// @return false if it does not hold after `maxTurns`, or when nothing is left to do
    public boolean runUntil(BooleanSupplier condition, long maxTurns) {
        for (long i = 0; i < maxTurns && !condition.getAsBoolean(); i++) {
            if (!step()) {
                break;
            }
        }
        return condition.getAsBoolean();
    }

    /// Runs all that happens in the next `ms` of virtual time, and then it is that much later.
    public void runForMs(long ms) {
        long endNs = nowNs + ms * 1_000_000;
        while (step(endNs)) {
            // The step is the work.
        }
        nowNs = endNs;
    }

    void add(SimSource source) {
        sources.add(source);
    }

    void forget(SimSource source) {
        sources.remove(source);
    }

    /// When a message sent now leaves its sender.
    long sendNs() {
        return current == null ? nowNs : Math.max(nowNs, current.heldUntilNs());
    }

    boolean isCurrent(SimSource source) {
        return current == source;
    }

    private boolean step(long endNs) {
        check(current == null, "a task does not run the scheduler that runs it");
        long earliestNs = findReady();
        if (earliestNs > endNs) {
            return false;
        }
        if (ready.isEmpty()) {
            nowNs = earliestNs;
            findReady();
        }
        if (ready.isEmpty()) {
            // A timer was nearer than the wheel could say; time has moved, the next step will see.
            return true;
        }
        turns++;
        current = ready.get(prng.nextInt(ready.size()));
        try {
            current.turn();
        } finally {
            current = null;
        }
        return true;
    }

    /// Fills `ready` and returns when the next source is.
    private long findReady() {
        ready.clear();
        long earliestNs = SimSource.NEVER;
        for (SimSource source : sources) {
            long atNs = source.readyNs();
            if (atNs <= nowNs) {
                ready.add(source);
            }
            earliestNs = Math.min(earliestNs, atNs);
        }
        return earliestNs;
    }
}
