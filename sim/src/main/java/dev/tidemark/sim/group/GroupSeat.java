package dev.tidemark.sim.group;

/// One simulated client of a group.
interface GroupSeat {
    /// Does one thing, if it waits for nothing.
    void step();

    /// The coordinator has gone; there will be no answer to what was asked.
    void crashed();
}
