package dev.tidemark.replica;

import dev.tidemark.base.Durability;
import dev.tidemark.log.LogConfig;
import dev.tidemark.record.BatchRules;

/// What a topic's configuration means for one of its partitions.
///
/// @param log how the log rolls, forgets and is cleaned
/// @param rules what a client's batch must keep to
/// @param durability what an acknowledgement means
/// @param minInsyncReplicas `min.insync.replicas`: with fewer in sync, `acks=all` is refused
public record PartitionSettings(LogConfig log, BatchRules rules, Durability durability,
        int minInsyncReplicas) {
}
