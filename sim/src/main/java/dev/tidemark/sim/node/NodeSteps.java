package dev.tidemark.sim.node;

import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.DiskFaults;

/// What may happen to a running node, drawn from the seed.
final class NodeSteps {
    private static final int PER_MILLE = 1_000;

    private final NodeWorld world;
    private final NodeRig rig;
    private final NodePlan plan;
    private final Prng prng;
    private int stepsUntilDeath = -1;

    NodeSteps(NodeWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.plan = world.plan();
        this.prng = prng;
    }

    /// Does one thing and lets the loops run; may end the process.
    void step() {
        if (stepsUntilDeath >= 0 && stepsUntilDeath-- == 0) {
            die();
            return;
        }
        SimClient client = world.clients().get(prng.nextInt(world.clients().size()));
        if (prng.chance(plan.crashPerMille(), PER_MILLE)) {
            beginCrash();
        } else if (prng.chance(plan.faultPerMille(), PER_MILLE)) {
            beginFault();
        } else if (prng.chance(plan.hangUpPerMille(), PER_MILLE)) {
            client.link().hangUp();
        } else {
            client.step();
        }
        run();
    }

    private void run() {
        if (prng.chance(1, 10)) {
            rig.runForMs(prng.nextInt(prng.chance(1, 10) ? 5_000 : 200));
        } else {
            rig.turns(prng.nextInt(20));
        }
        if (rig.computer.isRunning() && rig.node().dir().failure() != null
                && stepsUntilDeath < 0) {
            stepsUntilDeath = prng.nextInt(6);
        }
    }

    private void die() {
        stepsUntilDeath = -1;
        switch (prng.nextInt(6)) {
            case 0 -> world.stop(false);
            case 1 -> world.stop(true);
            case 2, 3 -> world.died(false);
            default -> world.died(true);
        }
    }

    private void beginCrash() {
        if (prng.chance(1, 2)) {
            rig.computer.disk().faults().losePowerAfter(prng.nextInt(40));
            stepsUntilDeath = 20;
        } else {
            die();
        }
    }

    private void beginFault() {
        DiskFaults faults = rig.computer.disk().faults();
        switch (prng.nextInt(5)) {
            case 0 -> faults.failNextSyncs(1 + prng.nextInt(2));
            case 1 -> faults.failNextWrites(1);
            case 2 -> faults.stall(500_000, 1_000_000, 2_000_000_000);
            case 3 -> faults.stall(0, 0, 0);
            default -> rig.computer.clock().jump(prng.between(-100_000, 100_000));
        }
    }
}
