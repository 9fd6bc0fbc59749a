package dev.tidemark.control;

import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/// The configuration keys of consumer groups and of client metrics subscriptions.
///
/// Keys of share and streams groups come with those groups.
///
/// Stateless. Does no I/O.
final class GroupConfigDefs {
    private GroupConfigDefs() {
    }

    static List<ConfigSpec> groups() {
        return List.of(
                ConfigSpec.of("consumer.session.timeout.ms", INT, 45_000, atLeast(1),
                        "After how long without a heartbeat a consumer of this group is gone, "
                        + "in milliseconds.")
                        .orBroker("group.consumer.session.timeout.ms"),
                ConfigSpec.of("consumer.heartbeat.interval.ms", INT, 5_000, atLeast(1),
                        "How often a consumer of this group is told to send a heartbeat, in "
                        + "milliseconds.")
                        .orBroker("group.consumer.heartbeat.interval.ms"),
                ConfigSpec.of("consumer.assignment.interval.ms", INT, 1_000, atLeast(0),
                        "How long after an assignment the partitions of this group are shared "
                        + "out anew at the soonest, in milliseconds.")
                        .orBroker("group.consumer.assignment.interval.ms"));
    }

    static List<ConfigSpec> clientMetrics() {
        return List.of(
                ConfigSpec.of("metrics", LIST, List.of(), null,
                        "The prefixes of the metrics that matching clients are asked for."),
                ConfigSpec.of("interval.ms", INT, 300_000, pushInterval(),
                        "How often matching clients are asked to push, in milliseconds."),
                ConfigSpec.of("match", LIST, List.of(), null,
                        "Which clients match, as key=pattern each; empty for all."));
    }

    private static Validator pushInterval() {
        return (name, value) -> {
            int ms = (int) value;
            if (ms < 100 || ms > 3_600_000) {
                throw new ConfigException(name, value, "from 100 to 3600000 is allowed");
            }
        };
    }
}
