package dev.tidemark.journal;

import java.util.List;

/// What a scan of the journal found behind the last frame that it handed out.
public sealed interface JournalEnd {
    /// Nothing: the last round is whole, and no other was begun.
    record Clean() implements JournalEnd {
    }

    /// A round that was under way at the crash, of which nobody was told: none of it counts.
    ///
    /// @param path the file
    /// @param position where the round begins
    record Torn(String path, long position) implements JournalEnd {
    }

    /// Damage with later rounds behind it, or a file that should be there and is not: what was
    /// acknowledged may be lost. The frames outside the damage were handed out.
    ///
    /// @param damages where, in the journal's order; at least one
    record Corrupt(List<JournalDamage> damages) implements JournalEnd {
    }
}
