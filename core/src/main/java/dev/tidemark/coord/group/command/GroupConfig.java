package dev.tidemark.coord.group.command;

import java.util.List;

/// The settings of the group coordinator; names and defaults are Kafka's.
///
/// @param offsets what is kept of committed offsets, and for how long
/// @param classic the rules of JoinGroup and SyncGroup
/// @param consumer the rules of ConsumerGroupHeartbeat (KIP-848)
public record GroupConfig(OffsetRules offsets, ClassicRules classic, ConsumerRules consumer) {
    /// Kafka's defaults.
    public static final GroupConfig DEFAULTS = new GroupConfig(
            new OffsetRules(4096, 7L * 24 * 60 * 60 * 1000, 600_000),
            new ClassicRules(6_000, 1_800_000, 3_000, Integer.MAX_VALUE),
            new ConsumerRules(new ConsumerTimes(45_000, 5_000, 1_000), Integer.MAX_VALUE,
                    List.of("uniform", "range"), MigrationPolicy.BIDIRECTIONAL));

    /// @param metadataMaxChars `offset.metadata.max.bytes`, which are UTF-16 units in truth
    /// @param retentionMs `offsets.retention.minutes`, in milliseconds
    /// @param checkIntervalMs `offsets.retention.check.interval.ms`
    public record OffsetRules(int metadataMaxChars, long retentionMs, long checkIntervalMs) {
    }

    /// @param minSessionTimeoutMs `group.min.session.timeout.ms`
    /// @param maxSessionTimeoutMs `group.max.session.timeout.ms`
    /// @param initialRebalanceDelayMs `group.initial.rebalance.delay.ms`
    /// @param maxSize `group.max.size`, members per group
    public record ClassicRules(
            int minSessionTimeoutMs,
            int maxSessionTimeoutMs,
            int initialRebalanceDelayMs,
            int maxSize) {
    }

    /// @param times of groups that have none of their own
    /// @param maxSize `group.consumer.max.size`, members per group
    /// @param assignors `group.consumer.assignors` by name; the first is the default
    /// @param migration `group.consumer.migration.policy`
    public record ConsumerRules(
            ConsumerTimes times,
            int maxSize,
            List<String> assignors,
            MigrationPolicy migration) {
    }
}
