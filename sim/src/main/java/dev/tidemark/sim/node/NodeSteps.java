package dev.tidemark.sim.node;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.Mishaps;

/// What may happen to a running node, drawn from the seed.
final class NodeSteps {
    private static final int PER_MILLE = 1_000;

    private final NodeWorld world;
    private final NodeRig rig;
    private final NodePlan plan;
    private final Prng prng;
    private final Mishaps mishaps;

    NodeSteps(NodeWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.plan = world.plan();
        this.prng = prng;
        mishaps = new Mishaps(rig.computer, prng, world::stop, world::died);
    }

    /// Does one thing and lets the loops run; may end the process.
    void step() {
        if (mishaps.strike()) {
            return;
        }
        SimClient client = world.clients().get(prng.nextInt(world.clients().size()));
        if (prng.chance(plan.crashPerMille(), PER_MILLE)) {
            mishaps.beginCrash();
        } else if (prng.chance(plan.faultPerMille(), PER_MILLE)) {
            mishaps.beginFault();
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
        if (rig.computer.isRunning() && rig.node().dir().failure() != null) {
            mishaps.diskFailed();
        }
    }
}
