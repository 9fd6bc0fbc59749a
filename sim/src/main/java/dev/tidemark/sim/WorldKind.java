package dev.tidemark.sim;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.cluster.WholeClusterWorld;
import dev.tidemark.sim.group.GroupWorld;
import dev.tidemark.sim.model.World;
import dev.tidemark.sim.node.NodeWorld;
import dev.tidemark.sim.quorum.QuorumWorld;
import dev.tidemark.sim.store.DirectoryWorld;
import dev.tidemark.sim.store.RotWorld;
import java.util.List;
import java.util.Locale;

/// The worlds that there are.
public enum WorldKind {
    /// A data directory: logs, journal, recovery, without a network.
    STORE {
        @Override
        World create(long seed, Trace trace, int nodes) {
            return new DirectoryWorld(seed, trace);
        }
    },
    /// A data directory of which one bit flips.
    ROT {
        @Override
        World create(long seed, Trace trace, int nodes) {
            return new RotWorld(seed, trace);
        }
    },
    /// A whole node, driven over the wire.
    NODE {
        @Override
        World create(long seed, Trace trace, int nodes) {
            return new NodeWorld(seed, trace);
        }
    },
    /// The group coordinator on a log in memory.
    GROUP {
        @Override
        World create(long seed, Trace trace, int nodes) {
            return new GroupWorld(seed, trace);
        }
    },
    /// The metadata quorum: several nodes on a network that fails.
    QUORUM {
        @Override
        World create(long seed, Trace trace, int nodes) {
            return new QuorumWorld(seed, trace);
        }
    },
    /// Whole clusters, driven over the wire.
    CLUSTER {
        @Override
        World create(long seed, Trace trace, int nodes) {
            return new WholeClusterWorld(seed, trace, nodes, List.of());
        }
    };

    /// Makes a world.
    ///
    /// @param nodes of a cluster; 0 to let the seed draw it
    abstract World create(long seed, Trace trace, int nodes);

    /// As it is written on the command line.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
