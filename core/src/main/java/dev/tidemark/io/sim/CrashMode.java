package dev.tidemark.io.sim;

import dev.tidemark.base.Prng;

/// How much of a list of unsynced changes, in the order in which they were made, a crash keeps.
enum CrashMode {
    NOTHING,
    EVERYTHING,
    PREFIX,
    SUBSET;

    private static final CrashMode[] ALL = values();

    static CrashMode draw(Prng prng) {
        return ALL[prng.nextInt(ALL.length)];
    }

    /// True if change number `index` survives.
    ///
    /// @param prefix how many changes a [#PREFIX] keeps
    boolean keeps(int index, int prefix, Prng prng) {
        return switch (this) {
            case NOTHING -> false;
            case EVERYTHING -> true;
            case PREFIX -> index < prefix;
            case SUBSET -> prng.chance(1, 2);
        };
    }
}
