package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.node.ClusterConfig;
import dev.tidemark.sim.model.RunHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The machines of a simulated cluster, what joins them, and time.
final class ClusterRig {
    private static final long NS_PER_MS = 1_000_000;
    private static final int CHECK_MS = 10;

    private final RunHash hash = new RunHash();
    private final Trace trace;
    private final SimScheduler scheduler;
    private final SimNet net;
    private final List<ClusterMember> nodes = new ArrayList<>();
    private String complaint;
    private long crashes;

    /// Machines without power, as yet.
    ClusterRig(Prng prng, ClusterPlan plan, Trace trace) {
        this.trace = trace;
        scheduler = new SimScheduler(prng.split());
        net = new SimNet(scheduler, prng.split());
        List<ClusterConfig.Voter> voters = new ArrayList<>();
        for (int id = 1; id <= plan.voters().founders(); id++) {
            voters.add(new ClusterConfig.Voter(id, ClusterMember.name(id),
                    ClusterMember.QUORUM_PORT));
        }
        for (int id = 1; id <= plan.nodes(); id++) {
            nodes.add(new ClusterMember(this, id, voters, plan, prng.split()));
        }
    }

    SimScheduler scheduler() {
        return scheduler;
    }

    SimNet net() {
        return net;
    }

    List<ClusterMember> nodes() {
        return nodes;
    }

    ClusterMember node(int id) {
        return nodes.get(id - 1);
    }

    /// What the node knows of the metadata that knows most.
    MetadataImage newestImage() {
        MetadataImage newest = MetadataImage.EMPTY;
        for (ClusterMember node : nodes) {
            if (node.isRunning() && node.server().image().offset() > newest.offset()) {
                newest = node.server().image();
            }
        }
        return newest;
    }

    RunHash hash() {
        return hash;
    }

    /// Processes that came to an end before their time.
    long crashes() {
        return crashes;
    }

    /// Milliseconds that have passed in the world, whatever its clocks say.
    long passedMs() {
        return scheduler.nowNs() / NS_PER_MS;
    }

    /// The world says what it does.
    void note(String what, long value) {
        hash.add(what);
        hash.add(value);
        trace.info("t=" + passedMs() + " " + what + (value == 0 ? "" : " value=" + value));
    }

    /// A node says something.
    void says(int nodeId, String line) {
        hash.add(line);
        trace.info("t=" + passedMs() + " node=" + nodeId + " " + line);
    }

    /// A node says that it has a bug.
    void complain(String what) {
        complaint = what;
    }

    /// Starts a node; the power may go meanwhile.
    void boot(ClusterMember node) {
        note("boots node", node.id);
        try {
            node.boot();
        } catch (PowerLost lost) {
            buryTheDead();
        }
    }

    /// Ends a node's process in good order; the power may go meanwhile.
    void close(ClusterMember node) {
        note("closes node", node.id);
        try {
            node.close();
        } catch (PowerLost lost) {
            crash(node, true);
        }
    }

    /// Ends a node's process where it is.
    void crash(ClusterMember node, boolean power) {
        note(power ? "loses power node" : "kills node", node.id);
        crashes++;
        node.crash(power);
    }

    /// Goes on for so long; a machine that loses its power meanwhile is off at once.
    void runForMs(long ms) {
        long endNs = scheduler.nowNs() + ms * NS_PER_MS;
        while (scheduler.nowNs() < endNs) {
            try {
                scheduler.runUntil(() -> scheduler.nowNs() >= endNs || somethingIsWrong(),
                        Long.MAX_VALUE);
            } catch (PowerLost lost) {
                // Below it is seen whose.
            } catch (InvariantViolation aftermath) {
                // What a handler kept from its loop may have cut a change in two.
                if (nodes.stream().noneMatch(ClusterMember::isDark)) {
                    throw aftermath;
                }
            }
            buryTheDead();
            require(complaint == null, "no node finds a bug in itself", "it said", complaint);
        }
    }

    private boolean somethingIsWrong() {
        boolean wrong = complaint != null;
        for (ClusterMember node : nodes) {
            wrong |= node.isDark();
        }
        return wrong;
    }

    private void buryTheDead() {
        for (ClusterMember node : nodes) {
            if (node.isDark()) {
                crash(node, true);
            }
        }
    }

    /// Runs until the condition holds.
    ///
    /// @return false if it does not within so much simulated time
    boolean await(BooleanSupplier condition, long mostMs) {
        long endMs = passedMs() + mostMs;
        while (!condition.getAsBoolean() && passedMs() < endMs) {
            runForMs(CHECK_MS);
        }
        return condition.getAsBoolean();
    }
}
