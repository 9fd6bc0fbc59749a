package dev.tidemark.sim.model;

/// One simulated world, made from a seed: it is pushed on step by step, and crashes on its own.
///
/// Every method may throw a [Finding], after which the world is over.
public interface World {
    /// Does one thing, and lets what follows from it happen for a while.
    void step();

    /// Ends with a crash, and looks at everything once more.
    void finish();

    /// Crashes that were recovered from, or that a recovery did not survive.
    long rounds();

    /// All that has happened, in one number.
    long hash();
}
