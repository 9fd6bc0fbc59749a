package dev.tidemark.sim.store;

import dev.tidemark.base.Prng;
import dev.tidemark.journal.JournalConfig;
import dev.tidemark.log.LogConfig;
import dev.tidemark.store.StoreConfig;

/// What kind of world a seed makes: sizes small enough that everything happens often, and how
/// often each fault does. Worlds differ, so that one fault does not hide what another would show.
///
/// @param journal sizes of the journal
/// @param valueBytes what most records' values stay below
/// @param logs how many logs there are at most
/// @param crashPerMille steps that begin a crash
/// @param faultPerMille steps that begin a fault of the disk
/// @param unsyncedPercent logs whose acknowledgements do not wait for the disk
/// @param capacityBytes of the disk; -1 for no limit
record StorePlan(JournalConfig journal, int valueBytes, int logs, int crashPerMille,
        int faultPerMille, int unsyncedPercent, long capacityBytes) {
    private static final int BLOCK = 4096;
    private static final long RESERVE_BYTES = 64 << 10;

    static StorePlan draw(Prng prng) {
        long first = (4 + prng.nextInt(5)) * (long) BLOCK;
        long most = first + prng.nextInt(9) * (long) BLOCK;
        var journal = new JournalConfig((4 + prng.nextInt(3)) * most, first, most,
                BLOCK << prng.nextInt(4), 0);
        return new StorePlan(journal, 16 << prng.nextInt(7), 1 + prng.nextInt(5),
                20 + prng.nextInt(60), prng.chance(1, 2) ? 0 : 5 + prng.nextInt(20),
                prng.chance(1, 2) ? 0 : 40,
                prng.chance(1, 4) ? journal.totalBytes() + ((200 + prng.nextInt(400)) << 10) : -1);
    }

    /// The same on a disk that refuses nothing, with synced logs alone.
    StorePlan faultless() {
        return new StorePlan(journal, valueBytes, logs, 0, 0, 0, -1);
    }

    /// True if its disk may refuse something now and then.
    boolean mayFail() {
        return capacityBytes >= 0 || faultPerMille > 0;
    }

    /// How the data directory is told to behave in one life of the process.
    StoreConfig store(long seed) {
        return new StoreConfig(null, 1, journal, capacityBytes < 0 ? 0 : RESERVE_BYTES, 100, seed);
    }

    /// How one log rolls and forgets.
    static LogConfig log(Prng prng) {
        var rolling = new LogConfig.Rolling(512 << prng.nextInt(6),
                prng.chance(1, 2) ? 604_800_000L : 1 + prng.nextInt(5_000), 0,
                prng.chance(1, 2) ? 4096 : prng.nextInt(512), prng.chance(1, 4) ? 64 : 10 << 20);
        var retention = new LogConfig.Retention(true,
                prng.chance(1, 2) ? -1 : 100 + prng.nextInt(20_000),
                prng.chance(1, 2) ? -1 : prng.nextInt(64 << 10), prng.nextInt(200));
        return LogConfig.DEFAULTS.with(rolling).with(retention);
    }
}
