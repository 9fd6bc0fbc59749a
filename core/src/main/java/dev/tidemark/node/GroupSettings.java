package dev.tidemark.node;

import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.MigrationPolicy;
import java.util.List;
import java.util.Map;

/// Reads the group coordinator's settings from the node's configuration file, under Kafka's keys;
/// what is not set there is as in Kafka.
final class GroupSettings {
    private static final long MS_PER_MINUTE = 60_000;

    private final Map<String, String> file;

    private GroupSettings(Map<String, String> file) {
        this.file = file;
    }

    static GroupConfig of(Map<String, String> file) {
        var settings = new GroupSettings(file);
        return new GroupConfig(settings.offsets(), settings.classic(), settings.consumer());
    }

    private GroupConfig.OffsetRules offsets() {
        var usual = GroupConfig.DEFAULTS.offsets();
        long minutes = number("offsets.retention.minutes", usual.retentionMs() / MS_PER_MINUTE);
        return new GroupConfig.OffsetRules(
                (int) number("offset.metadata.max.bytes", usual.metadataMaxChars()),
                minutes * MS_PER_MINUTE,
                number("offsets.retention.check.interval.ms", usual.checkIntervalMs()));
    }

    private GroupConfig.ClassicRules classic() {
        var usual = GroupConfig.DEFAULTS.classic();
        return new GroupConfig.ClassicRules(
                (int) number("group.min.session.timeout.ms", usual.minSessionTimeoutMs()),
                (int) number("group.max.session.timeout.ms", usual.maxSessionTimeoutMs()),
                (int) number("group.initial.rebalance.delay.ms", usual.initialRebalanceDelayMs()),
                (int) number("group.max.size", usual.maxSize()));
    }

    private GroupConfig.ConsumerRules consumer() {
        var usual = GroupConfig.DEFAULTS.consumer();
        String assignors = file.get("group.consumer.assignors");
        return new GroupConfig.ConsumerRules(
                new ConsumerTimes(
                        (int) number("group.consumer.session.timeout.ms",
                                usual.times().sessionMs()),
                        (int) number("group.consumer.heartbeat.interval.ms",
                                usual.times().heartbeatMs()),
                        (int) number("group.consumer.assignment.interval.ms",
                                usual.times().assignmentMs())),
                (int) number("group.consumer.max.size", usual.maxSize()),
                assignors == null ? usual.assignors() : List.of(assignors.split("\\s*,\\s*", -1)),
                MigrationPolicy.named(file.getOrDefault(
                        "group.consumer.migration.policy", usual.migration().name())));
    }

    private long number(String key, long usual) {
        String set = file.get(key);
        return set == null ? usual : Long.parseLong(set.trim());
    }
}
