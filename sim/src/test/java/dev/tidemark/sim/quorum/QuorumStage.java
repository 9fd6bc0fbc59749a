package dev.tidemark.sim.quorum;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimLink;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A quorum for a script: links are cut and joined by hand, and are so slow that a script can cut
/// in between a request and its answer.
///
/// Confined to the simulator's thread.
final class QuorumStage {
    private static final long FROM_NS = 5_000_000;
    private static final long END_NS = 6_000_000;
    private static final int MOST_MS = 60_000;

    final QuorumWorld world;

    /// Begins when all have elected a leader and know all of its log.
    QuorumStage(long seed, int size, QuorumFitting fitting) {
        world = new QuorumWorld(seed, Trace.SILENT, fitting, size, 0);
        eachLink(link -> link.delay(FROM_NS, END_NS));
        until("somebody is elected", () -> world.leader() != null
                && world.everybodyIs(world.history().endOffset()));
    }

    private void eachLink(Consumer<SimLink> deed) {
        for (QuorumVoter one : world.voters()) {
            for (QuorumVoter other : world.voters()) {
                if (one != other) {
                    deed.accept(link(one, other));
                }
            }
        }
    }

    SimLink link(QuorumVoter from, QuorumVoter to) {
        return world.net().link("n" + from.id, "n" + to.id);
    }

    /// The one that comes so many places behind that one.
    QuorumVoter voter(QuorumVoter from, int places) {
        return world.voters().get((from.id - 1 + places) % world.voters().size());
    }

    /// The leader first, then the others.
    QuorumVoter[] voters() {
        QuorumVoter leader = world.leader();
        var voters = new QuorumVoter[world.voters().size()];
        for (int i = 0; i < voters.length; i++) {
            voters[i] = voter(leader, i);
        }
        return voters;
    }

    /// Only these links are whole, both ways: between the first node and each of the others.
    void onlyStar(QuorumVoter center, QuorumVoter... others) {
        eachLink(SimLink::cut);
        for (QuorumVoter other : others) {
            link(center, other).heal();
            link(other, center).heal();
        }
    }

    /// All links are whole.
    void joinAll() {
        eachLink(SimLink::heal);
    }

    /// Goes on, a millisecond at a time, until it is so.
    void until(String what, BooleanSupplier condition) {
        for (int ms = 0; ms < MOST_MS && !condition.getAsBoolean(); ms++) {
            world.runForMs(1);
        }
        require(condition.getAsBoolean(), what);
    }
}
