package dev.tidemark.sim.node;

/// One simulated client of the node, with a connection of its own.
interface SimClient {
    /// Does one thing, if it can do anything now.
    void step();

    /// Its connection.
    Link link();

    /// The process is over.
    default void crashed() {
        link().crashed();
    }

    /// A new process is there: what must be there again can be looked at.
    default void started() {
    }
}
