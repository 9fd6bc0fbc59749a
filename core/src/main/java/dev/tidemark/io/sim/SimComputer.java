package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import java.util.ArrayList;
import java.util.List;

/// One simulated machine: a clock and a disk that outlive its processes, and the loops and the
/// pool of the process that runs now.
///
/// Life: [#boot], then one of [#losePower], [#kill] and [#halt], then [#boot] again.
///
/// Confined to the simulator's thread.
public final class SimComputer {
    private static final long START_MS = 1_750_000_000_000L;
    private static final long SLOWEST_OFFLOAD_NS = 1_000_000;
    private static final long NS_PER_MS = 1_000_000;

    private final Prng prng;
    private final SimScheduler scheduler;
    private final SimClock clock;
    private final SimDisk disk;
    private final int loopCount;
    private final List<SimLoop> loops = new ArrayList<>();
    private SimLoop journalLoop;
    private SimLoop quorumLoop;
    private SimOffload offload;
    private SimHost host;
    private boolean running;

    /// @param scheduler of the world that it stands in
    /// @param loopCount partition loops of each process; the journal's and the quorum's come on top
    public SimComputer(SimScheduler scheduler, Prng prng, int loopCount) {
        this.scheduler = scheduler;
        this.prng = prng;
        this.loopCount = loopCount;
        clock = scheduler.clock(START_MS);
        disk = new SimDisk(prng.split());
        disk.faults().onStall(scheduler::stall);
    }

    /// Connects the machine to a network, which hears how its processes end.
    public void plugInto(SimHost network) {
        host = network;
    }

    /// Starts a process: it has loops, and has done nothing yet.
    public void boot() {
        check(!running, "a machine runs one process");
        running = true;
        if (host != null) {
            host.boot();
        }
        for (int i = 0; i < loopCount; i++) {
            loops.add(scheduler.loop(i, clock));
        }
        journalLoop = scheduler.loop(loopCount, clock).holdingMail();
        quorumLoop = scheduler.loop(loopCount + 1, clock);
        offload = scheduler.offload(SLOWEST_OFFLOAD_NS);
    }

    /// The process ends where it is, and the disk keeps what a disk keeps. Also to be called when
    /// the power was lost by itself: then it ends the process.
    public void losePower() {
        stopProcess();
        if (host != null) {
            host.losePower();
        }
        if (disk.isOn()) {
            disk.crash(prng.split());
        }
        disk.restart();
    }

    /// The process ends where it is; every byte that it wrote stays.
    public void kill() {
        halt();
        disk.kill();
        disk.restart();
    }

    /// The process stands still for so long and then goes on, with all that came in meanwhile.
    public void pause(long ms) {
        check(running, "a process is paused while it runs");
        long ns = ms * NS_PER_MS;
        loops.forEach(loop -> loop.busy(ns));
        journalLoop.busy(ns);
        quorumLoop.busy(ns);
    }

    /// The process's loops and pool stop; what waits in them never happens.
    public void halt() {
        stopProcess();
        if (host != null) {
            host.kill();
        }
    }

    private void stopProcess() {
        loops.forEach(SimLoop::stop);
        loops.clear();
        if (running) {
            journalLoop.stop();
            quorumLoop.stop();
            offload.stop();
        }
        running = false;
    }

    /// True between [#boot] and the process's end.
    public boolean isRunning() {
        return running;
    }

    /// The world's scheduler.
    public SimScheduler scheduler() {
        return scheduler;
    }

    /// The machine's clock.
    public SimClock clock() {
        return clock;
    }

    /// The machine's disk.
    public SimDisk disk() {
        return disk;
    }

    /// The process's partition loops.
    public List<Loop> loops() {
        return List.copyOf(loops);
    }

    /// The process's journal loop.
    public Loop journalLoop() {
        return journalLoop;
    }

    /// The process's loop for the metadata quorum.
    public Loop quorumLoop() {
        return quorumLoop;
    }

    /// The process's pool.
    public SimOffload offload() {
        return offload;
    }
}
