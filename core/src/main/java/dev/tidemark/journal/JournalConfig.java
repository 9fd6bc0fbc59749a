package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

/// How large the journal and its parts may be, in bytes.
///
/// @param totalBytes all files together (`tidemark.journal.bytes`): rounds wait rather than exceed
///     it; only one append that is larger than `maxFileBytes` may
/// @param firstFileBytes the first file of a node that has no load yet
/// @param maxFileBytes what files grow to under load
/// @param roundBytes at which a round takes no more, so that no append waits for a large write
/// @param seed mixed into each file's salt
public record JournalConfig(long totalBytes, long firstFileBytes, long maxFileBytes,
        int roundBytes, long seed) {
    /// 512 MiB in files of 1 to 64 MiB.
    public static final JournalConfig DEFAULTS =
            new JournalConfig(512L << 20, 1L << 20, 64L << 20, 4 << 20, 0);

    /// Checks that the parts fit into the whole.
    public JournalConfig {
        check(firstFileBytes >= 4 * 4096 && firstFileBytes <= maxFileBytes,
                "the first file holds rounds", firstFileBytes, maxFileBytes);
        check(totalBytes >= 4 * maxFileBytes, "the journal holds four of its files", totalBytes,
                maxFileBytes);
        check(firstFileBytes % 4096 == 0 && maxFileBytes % 4096 == 0, "files are whole blocks",
                firstFileBytes, maxFileBytes);
        check(roundBytes >= 4096, "a round holds a block", roundBytes);
    }

    /// The same with another seed.
    public JournalConfig withSeed(long other) {
        return new JournalConfig(totalBytes, firstFileBytes, maxFileBytes, roundBytes, other);
    }
}
