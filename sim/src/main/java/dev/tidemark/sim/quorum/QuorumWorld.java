package dev.tidemark.sim.quorum;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.quorum.QuorumSettings.Belonging;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import dev.tidemark.sim.model.RunHash;
import dev.tidemark.sim.model.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A quorum of three or five on simulated machines and links: records are appended while nodes
/// crash, lose their power, are cut off, one way or both, and come back.
///
/// Held all the time: one leader in a term; what is committed is the same on every node and is
/// never overwritten; a leader has all of it; a snapshot tells what the log told. At the end, when
/// all is healed: somebody leads, everybody catches up, and all that was acknowledged is there.
public final class QuorumWorld implements World {
    private static final int PORT = 9093;
    private static final long CALM_MS = 60_000;
    private static final long NS_PER_MS = 1_000_000;

    private final Prng prng;
    private final SimScheduler scheduler;
    private final SimNet net;
    private final RunHash hash = new RunHash();
    private final QuorumHistory history = new QuorumHistory();
    private final List<QuorumVoter> voters = new ArrayList<>();
    private final Trace trace;
    private QuorumVoter wiped;
    private long values;
    private long rounds;

    /// @param seed from which everything follows
    /// @param trace told what happens
    public QuorumWorld(long seed, Trace trace) {
        this(seed, trace, QuorumFitting.NONE);
    }

    /// @param seed from which everything follows
    /// @param trace told what happens
    /// @param fitting what stands between the voters and their machines
    public QuorumWorld(long seed, Trace trace, QuorumFitting fitting) {
        this(seed, trace, fitting, 3 + 2 * (int) (Math.floorMod(seed, 4L) / 3),
                Math.floorMod(seed, 4L) == 1 ? 2 : 0);
    }

    /// @param size how many nodes vote
    QuorumWorld(long seed, Trace trace, int size) {
        this(seed, trace, QuorumFitting.NONE, size, 0);
    }

    /// @param size how many nodes vote in the beginning
    /// @param more how many others there are, which may be asked to
    QuorumWorld(long seed, Trace trace, QuorumFitting fitting, int size, int more) {
        prng = new Prng(seed);
        this.trace = trace;
        scheduler = new SimScheduler(prng.split());
        net = new SimNet(scheduler, prng.split());
        List<VoterAddress> founders = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            founders.add(new VoterAddress(id, name(id), PORT));
        }
        for (int id = 1; id <= size + more; id++) {
            Belonging membership = id <= size ? Belonging.of(id, founders)
                    : new Belonging(List.of(), founders, new VoterAddress(id, name(id), PORT),
                            false);
            voters.add(new QuorumVoter(id, net.host(name(id)), scheduler, prng.split(),
                    new QuorumVoter.Setting(membership, fitting), history, trace));
        }
        voters.forEach(QuorumVoter::boot);
    }

    private static String name(int id) {
        return "n" + id;
    }

    @Override
    public void step() {
        int choice = prng.nextInt(100);
        QuorumVoter voter = voters.get(prng.nextInt(voters.size()));
        if (choice < 6) {
            toggle(voter);
        } else if (choice < 8 && voter.isRunning()) {
            voter.computer().disk().faults().losePowerAfter(prng.between(1, 40));
        } else if (choice < 14) {
            disturb(voter);
        } else if (choice < 18) {
            net.heal();
        } else if (choice < 20) {
            replaceDisk(voter);
        } else if (choice < 25) {
            changeVoters(voter);
        } else {
            append(1 + prng.nextInt(4));
        }
        runForMs(prng.chance(1, 5) ? prng.nextInt(2_000) : prng.nextInt(60));
        hash.add(history.endOffset());
        hash.add(history.newestTerm());
    }

    private void toggle(QuorumVoter voter) {
        if (voter.isRunning() && prng.chance(1, 4)) {
            note("pause node", voter.id);
            voter.computer().pause(prng.between(100, 4_000));
            return;
        }
        if (!voter.isRunning()) {
            note("boot node", voter.id);
            voter.boot();
        } else {
            note("crash node", voter.id);
            crash(voter, prng.chance(1, 2));
        }
    }

    /// One disk at a time is lost: the next one when this one is as good as the one before it.
    private void replaceDisk(QuorumVoter voter) {
        if (wiped != null && wiped.votes() && wiped.endOffset() >= history.endOffset()) {
            wiped = null;
        }
        if (wiped == null && voter.votes() && history.endOffset() > 0) {
            note("disk lost node", voter.id);
            wiped = voter;
            crash(voter, true);
            voter.wipe();
            voter.boot();
        }
    }

    /// Nodes that were not there from the beginning come and go.
    private void changeVoters(QuorumVoter voter) {
        QuorumVoter last = voters.getLast();
        boolean canChange = voters.size() > last.founders() && voter.isRunning();
        if (canChange) {
            QuorumVoter other = voters.get(last.founders()
                    + prng.nextInt(voters.size() - last.founders()));
            boolean adds = !other.votes();
            note(adds ? "add node" : "remove node", other.id);
            if (adds) {
                voter.add(other);
            } else {
                voter.remove(other);
            }
        }
    }

    void crash(QuorumVoter voter, boolean power) {
        rounds++;
        voter.crash(power);
    }

    private void disturb(QuorumVoter voter) {
        int further = 1 + prng.nextInt(voters.size() - 1);
        QuorumVoter other = voters.get((voters.indexOf(voter) + further) % voters.size());
        note("disturb node", voter.id);
        switch (prng.nextInt(4)) {
            case 0 -> net.isolate(name(voter.id));
            case 1 -> net.cut(name(voter.id), name(other.id));
            case 2 -> net.link(name(voter.id), name(other.id)).cut();
            default -> net.reset(name(voter.id), name(other.id));
        }
    }

    /// Every node that thinks that it leads is asked to take some records.
    void append(int count) {
        for (QuorumVoter voter : voters) {
            for (int i = 0; voter.leads() && i < count; i++) {
                voter.set("key" + prng.nextInt(20), "value" + values++);
            }
        }
    }

    /// Goes on; who loses the power meanwhile is off until it is booted.
    void runForMs(long ms) {
        long endNs = scheduler.nowNs() + ms * NS_PER_MS;
        while (scheduler.nowNs() < endNs) {
            try {
                scheduler.runForMs((endNs - scheduler.nowNs() + NS_PER_MS - 1) / NS_PER_MS);
            } catch (PowerLost lost) {
                // Below it is seen whose.
            }
            voters.forEach(QuorumVoter::checkLead);
            for (QuorumVoter voter : voters) {
                if (voter.isRunning() && !voter.computer().disk().isOn()) {
                    note("power lost node", voter.id);
                    crash(voter, true);
                }
            }
        }
    }

    boolean await(BooleanSupplier condition, long mostMs) {
        for (long ms = 0; ms < mostMs && !condition.getAsBoolean(); ms += 10) {
            runForMs(10);
        }
        return condition.getAsBoolean();
    }

    @Override
    public void finish() {
        net.heal();
        for (QuorumVoter voter : voters) {
            if (voter.isRunning()) {
                voter.computer().disk().faults().clear();
            } else {
                voter.boot();
            }
        }
        require(await(() -> leader() != null, CALM_MS), "somebody is elected");
        long before = history.endOffset();
        require(await(() -> {
            append(history.endOffset() > before ? 0 : 1);
            return history.endOffset() > before && everybodyIs(history.endOffset());
        }, CALM_MS), "everybody catches up", "committed", history.endOffset());
        history.check();
    }

    /// The only node that leads; null if there is none, or an old leader doesn't know yet.
    QuorumVoter leader() {
        QuorumVoter found = null;
        for (QuorumVoter voter : voters) {
            if (voter.leads()) {
                if (found != null) {
                    return null;
                }
                found = voter;
            }
        }
        return found;
    }

    boolean everybodyIs(long endOffset) {
        return voters.stream().allMatch(voter -> voter.endOffset() == endOffset);
    }

    List<QuorumVoter> voters() {
        return voters;
    }

    QuorumHistory history() {
        return history;
    }

    SimNet net() {
        return net;
    }

    long nowMs() {
        return scheduler.nowNs() / NS_PER_MS;
    }

    private void note(String what, long value) {
        hash.add(what);
        hash.add(value);
        trace.info(what + "=" + value);
    }

    @Override
    public long rounds() {
        return rounds;
    }

    @Override
    public long hash() {
        return hash.value();
    }
}
