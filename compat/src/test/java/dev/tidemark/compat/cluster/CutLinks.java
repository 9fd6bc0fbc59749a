package dev.tidemark.compat.cluster;

import java.util.HashSet;
import java.util.Set;

/// The ways between nodes, each in one direction, and which of them are cut.
///
/// What comes to a cut is held back there, in its order, and goes on when the way is open again:
/// as TCP does over a net that loses packets for a while. Node 0 is whoever is no node: its ways
/// are never cut. May be used from any thread.
final class CutLinks {
    static final int CLIENT = 0;

    /// @param from where bytes come from
    /// @param to   where they go
    record Link(int from, int to) {
    }

    private final Set<Link> cut = new HashSet<>();
    private long heldCount;

    synchronized void cut(int from, int to) {
        cut.add(new Link(from, to));
    }

    void cutBothWays(int one, int other) {
        cut(one, other);
        cut(other, one);
    }

    synchronized void heal() {
        cut.clear();
        notifyAll();
    }

    /// Returns when the way is open.
    synchronized void pass(int from, int to) throws InterruptedException {
        var link = new Link(from, to);
        if (cut.contains(link)) {
            heldCount++;
        }
        while (cut.contains(link)) {
            wait();
        }
    }

    /// How often something had to wait at a cut.
    synchronized long heldCount() {
        return heldCount;
    }
}
