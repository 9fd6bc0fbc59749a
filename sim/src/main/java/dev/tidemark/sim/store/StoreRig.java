package dev.tidemark.sim.store;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.store.LogDir;
import java.io.IOException;

/// A data directory on a simulated machine: opened by one process after the other.
final class StoreRig {
    private static final int LOOPS = 2;

    final SimComputer computer;
    private final Prng prng;
    private final StorePlan plan;
    private final Trace trace;
    private LogDir dir;

    StoreRig(Prng prng, StorePlan plan, Trace trace) {
        this.prng = prng;
        this.plan = plan;
        this.trace = trace;
        computer = new SimComputer(new SimScheduler(prng.split()), prng.split(), LOOPS);
        if (plan.capacityBytes() >= 0) {
            computer.disk().capacity(plan.capacityBytes());
        }
    }

    /// Starts a process, which opens and recovers the directory.
    ///
    /// @throws IOException if it refuses to; the process is then over
    /// @throws PowerLost if the power goes meanwhile; the process is then still to be ended
    void open() throws IOException {
        computer.boot();
        try {
            dir = LogDir.open(computer.disk(), plan.store(prng.nextLong()),
                    computer.journalLoop(), computer.offload(), trace);
        } catch (IOException refused) {
            computer.halt();
            throw refused;
        }
    }

    /// Ends the process in good order.
    void close() throws IOException {
        computer.halt();
        dir.close();
    }

    LogDir dir() {
        return dir;
    }

    SimScheduler scheduler() {
        return computer.scheduler();
    }

    /// Gives so many turns to whoever is ready.
    void turns(int count) {
        for (int i = 0; i < count && scheduler().step(); i++) {
            // The step is the work.
        }
    }

    long nowMs() {
        return computer.clock().millis();
    }
}
