package dev.tidemark.io.sim;

/// Something that the scheduler can give a turn.
sealed interface SimSource permits SimLoop, SimOffload, SimNet {
    /// What [#readyNs] answers when there is nothing to do.
    long NEVER = Long.MAX_VALUE;

    /// The scheduler's time from which a turn would do something, at or before the present if it
    /// would now.
    long readyNs();

    /// Takes one turn.
    void turn();

    /// Keeps the source from taking turns for so long, from now on or from the end of the last.
    void busy(long forNs);

    /// The scheduler's time before which nothing that it sends now leaves it; 0 for at once.
    long heldUntilNs();
}
