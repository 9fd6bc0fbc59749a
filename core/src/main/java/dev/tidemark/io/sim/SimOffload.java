package dev.tidemark.io.sim;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// An [Offload] whose work starts when, and in the order that, the seed draws.
///
/// Confined to the simulator's thread.
public final class SimOffload implements Offload, SimSource {
    private final SimScheduler scheduler;
    private final Prng prng;
    private final long slowestNs;
    private final List<Job> jobs = new ArrayList<>();
    private long busyUntilNs;
    private boolean stopped;

    SimOffload(SimScheduler scheduler, Prng prng, long slowestNs) {
        this.scheduler = scheduler;
        this.prng = prng;
        this.slowestNs = slowestNs;
    }

    /// The pool's process ends: what has not started never will.
    public void stop() {
        stopped = true;
        jobs.clear();
        scheduler.forget(this);
    }

    @Override
    public <T> void run(Loop home, Work<T> work, Done<T> done) {
        if (!stopped) {
            long startNs = scheduler.sendNs() + prng.between(0, slowestNs + 1);
            jobs.add(new Job(startNs, () -> perform(home, work, done)));
        }
    }

    @Override
    public long readyNs() {
        long earliestNs = NEVER;
        for (Job job : jobs) {
            earliestNs = Math.min(earliestNs, job.startNs);
        }
        return earliestNs;
    }

    @Override
    public void turn() {
        busyUntilNs = scheduler.nowNs();
        List<Job> ready = new ArrayList<>();
        for (Job job : jobs) {
            if (job.startNs <= scheduler.nowNs()) {
                ready.add(job);
            }
        }
        Job chosen = ready.get(prng.nextInt(ready.size()));
        jobs.remove(chosen);
        chosen.task.run();
    }

    /// The pool has threads enough: a stall delays the end of this piece of work, not the others.
    @Override
    public void busy(long forNs) {
        busyUntilNs += forNs;
    }

    /// Nobody sees what a piece of work does until it is done.
    @Override
    public long heldUntilNs() {
        return busyUntilNs;
    }

    private static <T> void perform(Loop home, Work<T> work, Done<T> done) {
        T result;
        try {
            result = work.call();
        } catch (IOException failure) {
            home.execute(() -> done.done(null, failure));
            return;
        }
        home.execute(() -> done.done(result, null));
    }

    private record Job(long startNs, Runnable task) {
    }
}
