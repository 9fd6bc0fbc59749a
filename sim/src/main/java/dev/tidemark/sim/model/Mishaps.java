package dev.tidemark.sim.model;

import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.DiskFaults;
import dev.tidemark.io.sim.SimComputer;
import java.util.function.Consumer;

/// What befalls a process and its machine, drawn from the seed: crashes, now or soon, faults of the
/// disk, and a calendar that jumps.
public final class Mishaps {
    private static final int NEVER = -1;
    private static final int STEPS_ON_A_FAILED_DISK = 6;

    private final SimComputer computer;
    private final Prng prng;
    private final Consumer<Boolean> stop;
    private final Consumer<Boolean> die;
    private int stepsUntilDeath = NEVER;

    /// @param stop ends the process in good order; told whether the power goes after that
    /// @param die ends it at once; told whether that is because the power goes
    public Mishaps(
            SimComputer computer, Prng prng, Consumer<Boolean> stop, Consumer<Boolean> die) {
        this.computer = computer;
        this.prng = prng;
        this.stop = stop;
        this.die = die;
    }

    /// Ends the process, if its time has come.
    ///
    /// @return true if this step was its last
    public boolean strike() {
        if (stepsUntilDeath >= 0 && stepsUntilDeath-- == 0) {
            die();
            return true;
        }
        return false;
    }

    /// A process that has seen its disk fail does not go on for long.
    public void diskFailed() {
        if (stepsUntilDeath < 0) {
            stepsUntilDeath = prng.nextInt(STEPS_ON_A_FAILED_DISK);
        }
    }

    private void die() {
        stepsUntilDeath = NEVER;
        switch (prng.nextInt(6)) {
            case 0 -> stop.accept(false);
            case 1 -> stop.accept(true);
            case 2, 3 -> die.accept(false);
            default -> die.accept(true);
        }
    }

    /// Ends the process now, or has the power go amid one of its next writes.
    public void beginCrash() {
        if (prng.chance(1, 2)) {
            computer.disk().faults().losePowerAfter(prng.nextInt(40));
            stepsUntilDeath = 20;
        } else {
            die();
        }
    }

    /// Begins a fault of the disk, or of the clock.
    public void beginFault() {
        DiskFaults faults = computer.disk().faults();
        switch (prng.nextInt(5)) {
            case 0 -> faults.failNextSyncs(1 + prng.nextInt(2));
            case 1 -> faults.failNextWrites(1);
            case 2 -> faults.stall(500_000, 1_000_000, 2_000_000_000);
            case 3 -> faults.stall(0, 0, 0);
            default -> computer.clock().jump(prng.between(-100_000, 100_000));
        }
    }
}
