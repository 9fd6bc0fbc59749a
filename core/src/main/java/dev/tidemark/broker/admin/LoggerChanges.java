package dev.tidemark.broker.admin;

import dev.tidemark.base.LogLevels;
import dev.tidemark.control.ControlError;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.protocol.Errors;

/// Changes of log levels (KIP-412): they hold on this node, until it stops, and go to no log.
///
/// May be used from any loop. Does no I/O.
final class LoggerChanges {
    private static final Set<String> LEVELS =
            Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

    private final ClusterFacts facts;
    private final LogLevels levels;

    LoggerChanges(ClusterFacts facts, LogLevels levels) {
        this.facts = facts;
        this.levels = levels;
    }

    /// Makes all of a resource's changes, or, if one is not allowed, none.
    ///
    /// @param only true to say what would become of them, and to change nothing
    ControlError run(AlterConfigsResource resource, boolean only) {
        var error = ConfigRequests.ownNode(facts, resource.resourceName());
        for (var config : resource.configs()) {
            error = error.isNone() ? check(config) : error;
        }
        if (error.isNone() && !only) {
            resource.configs().forEach(this::make);
        }
        return error;
    }

    private ControlError check(AlterableConfig config) {
        boolean known = levels.all().containsKey(config.name());
        return switch (OpType.forId(config.configOperation())) {
            case SET -> !known ? unknown(config) : LEVELS.contains(config.value())
                    ? ControlError.NONE : new ControlError(Errors.INVALID_CONFIG,
                            config.value() + " is no log level; there are "
                            + String.join(", ", LEVELS.stream().sorted().toList()));
            case DELETE -> config.name().equals(LogLevels.ROOT)
                    ? ConfigRequests.invalid("the root logger must keep a level")
                    : known ? ControlError.NONE : unknown(config);
            case APPEND, SUBTRACT -> ConfigRequests.invalid("a log level is no list");
        };
    }

    private static ControlError unknown(AlterableConfig config) {
        return new ControlError(Errors.INVALID_CONFIG,
                "there is no logger named " + config.name());
    }

    private void make(AlterableConfig config) {
        if (OpType.forId(config.configOperation()) == OpType.DELETE) {
            levels.clear(config.name());
        } else {
            // The word is Kafka's; no logger here says anything worse than an error.
            levels.set(config.name(), config.value().equals("FATAL") ? "ERROR" : config.value());
        }
    }
}
