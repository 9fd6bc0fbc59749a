package dev.tidemark.base;

import static dev.tidemark.base.Invariant.check;

/// A seeded, splittable stream of pseudo-random numbers (SplitMix64, Steele and others 2014).
///
/// The same seed gives the same numbers on every machine: identifiers, jitter and the simulator's
/// choices all come from one seed that is logged at start. Not for secrets.
///
/// Confined to its owner. Does no I/O.
public final class Prng {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /// @param seed any value; equal seeds give equal streams
    public Prng(long seed) {
        state = seed;
    }

    /// The next 64 bits.
    public long nextLong() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// A number in `[0, bound)`.
    public int nextInt(int bound) {
        check(bound > 0, "a bound is positive", bound);
        return (int) Long.remainderUnsigned(nextLong(), bound);
    }

    /// A number in `[from, end)`.
    public long between(long from, long end) {
        check(from < end, "a range holds something", from, end);
        return from + Long.remainderUnsigned(nextLong(), end - from);
    }

    /// True in `numerator` of `denominator` cases.
    public boolean chance(int numerator, int denominator) {
        return nextInt(denominator) < numerator;
    }

    /// A stream of its own, so that one consumer's draws do not shift another's.
    public Prng split() {
        return new Prng(nextLong());
    }
}
