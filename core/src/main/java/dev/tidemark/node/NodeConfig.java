package dev.tidemark.node;

import dev.tidemark.journal.JournalConfig;
import java.util.Map;

/// What a node is told by its configuration file.
///
/// @param nodeId `node.id`
/// @param clusterId the cluster's id; null to keep, or make, the data directory's own
/// @param cluster which other nodes there are
/// @param rack `broker.rack`, or null
/// @param file all that the file sets, under Kafka's keys: topics take their defaults from it
/// @param journal sizes of the journal
/// @param fetchMaxBytes `fetch.max.bytes`
/// @param retentionCheckMs `log.retention.check.interval.ms`
public record NodeConfig(int nodeId, String clusterId, ClusterConfig cluster, String rack,
        Map<String, String> file, JournalConfig journal, int fetchMaxBytes, long retentionCheckMs) {
    /// Node 1, everything else as Kafka has it.
    public static final NodeConfig DEFAULTS = new NodeConfig(1, null, ClusterConfig.ALONE, null,
            Map.of(), JournalConfig.DEFAULTS, 55 << 20, 300_000);
}
