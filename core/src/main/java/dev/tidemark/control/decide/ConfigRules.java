package dev.tidemark.control.decide;

import dev.tidemark.control.BrokerConfigDefs;
import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigSpec;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;

/// Whether a whole configuration may hold for its target.
///
/// Looks only. Does no I/O.
final class ConfigRules {
    private static final String ASSIGNMENT_INTERVAL = "group.consumer.assignment.interval.ms";

    private final EffectiveConfigs configs;

    ConfigRules(EffectiveConfigs configs) {
        this.configs = configs;
    }

    /// Checks all that would be set for the target, and that the target exists.
    ControlError check(MetadataImage image, ConfigTarget target, Map<String, String> values) {
        return switch (target.type()) {
            case TOPIC -> target.name().isEmpty() ? nameless()
                    : existingTopic(image, target.name(), values);
            case BROKER -> broker(image, target, values);
            case GROUP, CLIENT_METRICS -> target.name().isEmpty()
                    ? nameless() : named(image, target, values);
            case BROKER_LOGGER, UNKNOWN -> new ControlError(Errors.INVALID_REQUEST,
                    "nothing can be configured for a resource of type " + target.type());
        };
    }

    private static ControlError nameless() {
        return new ControlError(Errors.INVALID_REQUEST, "a name must not be empty");
    }

    /// A fault of the values is told before that there is no such topic, as with Kafka.
    private ControlError existingTopic(
            MetadataImage image, String name, Map<String, String> values) {
        if (!Topic.isValid(name)) {
            return ControlError.of(Errors.INVALID_TOPIC_EXCEPTION);
        }
        var error = topic(image, values);
        return error.isNone() && image.topic(name) == null
                ? ControlError.of(Errors.UNKNOWN_TOPIC_OR_PARTITION) : error;
    }

    private ControlError named(
            MetadataImage image, ConfigTarget target, Map<String, String> values) {
        var error = each(target, values);
        if (target.type() == ConfigResource.Type.GROUP) {
            return error.isNone() ? group(image, values) : error;
        }
        // Of client metrics Kafka's controller says so with a code of its own choice.
        return error.isNone()
                ? error : new ControlError(Errors.INVALID_REQUEST, error.message());
    }

    /// Checks a group's settings against what the operator allows groups to set.
    private ControlError group(MetadataImage image, Map<String, String> values) {
        var times = configs.group(image, values);
        for (var entry : values.entrySet()) {
            var error = allowed(image, entry.getKey(), entry.getValue());
            if (!error.isNone()) {
                return error;
            }
        }
        return times.heartbeatIntervalMs() < times.sessionTimeoutMs() ? ControlError.NONE
                : invalid("consumer.heartbeat.interval.ms must be below"
                        + " consumer.session.timeout.ms");
    }

    private ControlError allowed(MetadataImage image, String key, String text) {
        int value = Integer.parseInt(text.trim());
        int allowed = configs.allowedToGroup(image, key, value);
        return value == allowed ? ControlError.NONE : invalid(key + " must not be "
                + (value < allowed ? "below " : "above ") + allowed);
    }

    /// Checks a topic's settings, whether or not the topic exists yet.
    ControlError topic(MetadataImage image, Map<String, String> values) {
        var error = each(new ConfigTarget(
                ConfigResource.Type.TOPIC, ""), values);
        if (!error.isNone()) {
            return error;
        }
        var whole = configs.topic(image, values);
        if (whole.isRemoteStorageEnabled()) {
            return invalid("remote.storage.enable: this server has no remote storage");
        }
        return whole.minCompactionLagMs() <= whole.maxCompactionLagMs() ? ControlError.NONE
                : invalid("min.compaction.lag.ms must not be above max.compaction.lag.ms");
    }

    private ControlError broker(
            MetadataImage image, ConfigTarget target, Map<String, String> values) {
        if (!target.equals(ConfigTarget.ALL_BROKERS) && !isRegistered(image, target.name())) {
            return new ControlError(Errors.BROKER_ID_NOT_REGISTERED,
                    "broker " + target.name() + " is not registered");
        }
        for (var entry : values.entrySet()) {
            var spec = ConfigDefs.BROKER.get(entry.getKey());
            if (spec != null && spec.mutability() == ConfigSpec.Mutability.READ_ONLY) {
                return new ControlError(Errors.INVALID_REQUEST, entry.getKey()
                        + " is read at start only: set it in the configuration file");
            }
            var error = spec == null ? ControlError.NONE : value(spec, entry.getValue());
            error = error.isNone() ? atRunTime(image, entry.getKey(), entry.getValue()) : error;
            if (!error.isNone()) {
                return new ControlError(Errors.INVALID_REQUEST, error.message());
            }
        }
        return ControlError.NONE;
    }

    /// What a running broker does not take, though its file may say it.
    private ControlError atRunTime(MetadataImage image, String key, String text) {
        if (BrokerConfigDefs.THREADS.contains(key)) {
            return threads(image, key, text);
        }
        if (BrokerConfigDefs.NEVER_ZERO.contains(key) && Integer.parseInt(text.trim()) == 0) {
            return invalid(key + " must be above 0");
        }
        return key.equals(ASSIGNMENT_INTERVAL)
                ? allowed(image, key.substring("group.".length()), text) : ControlError.NONE;
    }

    /// A pool of threads at most doubles, and halves, in one step.
    private ControlError threads(MetadataImage image, String key, String text) {
        int wanted = Integer.parseInt(text.trim());
        int now = configs.brokerInt(image, key);
        return wanted > 0 && wanted <= 2L * now && wanted >= now / 2 ? ControlError.NONE
                : invalid(key + " must be from " + now / 2 + " to " + 2L * now
                        + ", half and double of what it is");
    }

    private static boolean isRegistered(MetadataImage image, String name) {
        try {
            return image.broker(Integer.parseInt(name)) != null;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static ControlError each(ConfigTarget target, Map<String, String> values) {
        var specs = ConfigDefs.of(target.type());
        for (var entry : values.entrySet()) {
            var spec = specs.get(entry.getKey());
            if (spec == null) {
                return invalid("there is no " + target.type().name().toLowerCase(
                        Locale.ROOT) + " configuration named " + entry.getKey());
            }
            var error = value(spec, entry.getValue());
            if (!error.isNone()) {
                return error;
            }
        }
        return ControlError.NONE;
    }

    private static ControlError value(ConfigSpec spec, String text) {
        if (text == null) {
            return invalid("a value of null is not allowed for " + spec.name());
        }
        try {
            var value = spec.parse(text);
            return value == null ? invalid("a value is missing for " + spec.name())
                    : ControlError.NONE;
        } catch (ConfigException e) {
            return invalid(e.getMessage());
        }
    }

    private static ControlError invalid(String message) {
        return new ControlError(Errors.INVALID_CONFIG, message);
    }
}
