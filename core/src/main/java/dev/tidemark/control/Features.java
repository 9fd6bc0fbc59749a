package dev.tidemark.control;

import java.util.List;

/// The features of Kafka's that a cluster agrees on before it uses them, as far as they are here.
///
/// A feature that is not listed is absent, which clients read as level 0: transactions, share
/// groups and streams groups are not served yet.
///
/// Stateless. Does no I/O.
public final class Features {
    /// What this release understands, by name.
    public static final List<Feature> SUPPORTED = List.of(
            new Feature("group.version", (short) 0, (short) 1),
            new Feature("metadata.version", (short) 7, (short) 33));

    private Features() {
    }

    /// One feature.
    ///
    /// @param name as Kafka calls it
    /// @param lowest the lowest level that is understood
    /// @param highest the highest one, which a new cluster begins with; `metadata.version` 33 is
    ///     Kafka's 4.4-IV2
    public record Feature(String name, short lowest, short highest) {
    }
}
