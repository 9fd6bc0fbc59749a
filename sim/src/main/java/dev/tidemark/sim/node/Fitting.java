package dev.tidemark.sim.node;

import dev.tidemark.io.Connection;
import dev.tidemark.node.Doors;

/// What stands between a node and its simulated doors: nothing, or a bug planted by a test that
/// wants to see it caught.
public interface Fitting {
    /// Nothing between them.
    Fitting NONE = new Fitting() { };

    /// The doors as the node is to see them; called for each process.
    default Doors fit(Doors doors) {
        return doors;
    }

    /// The node as connections are to see it; called for each connection.
    default Connection.Acceptor fit(Connection.Acceptor acceptor) {
        return acceptor;
    }
}
