package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.journal.JournalConfig;

/// What a data directory is told by the node's configuration.
///
/// @param clusterId the cluster that the directory belongs to; null to accept what stands in it
/// @param nodeId the node that the directory belongs to
/// @param journal sizes of the journal
/// @param reserveBytes free bytes below which appends are refused as *disk full*
/// @param diskCheckMs how often free bytes are looked at
/// @param seed from which identifiers and salts are drawn
public record StoreConfig(String clusterId, int nodeId, JournalConfig journal, long reserveBytes,
        long diskCheckMs, long seed) {
    /// A node of its own with the usual sizes; the cluster's name is whatever stands on disk.
    public static final StoreConfig DEFAULTS =
            new StoreConfig(null, 1, JournalConfig.DEFAULTS, 64L << 20, 1_000, 0);

    /// Checks the ranges.
    public StoreConfig {
        check(nodeId >= 0, "a node has a number", nodeId);
        check(reserveBytes >= 0 && diskCheckMs > 0, "the reserve is looked at", reserveBytes,
                diskCheckMs);
    }
}
