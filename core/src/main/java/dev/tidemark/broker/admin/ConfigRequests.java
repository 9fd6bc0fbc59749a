package dev.tidemark.broker.admin;

import dev.tidemark.control.ControlError;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;

/// What can be said of a request to change a configuration before anybody looks at the cluster.
///
/// Stateless. Does no I/O.
final class ConfigRequests {
    private ConfigRequests() {
    }

    /// Checks that the name is this node's number.
    static ControlError ownNode(ClusterFacts facts, String name) {
        try {
            int id = Integer.parseInt(name);
            return facts.isFor(id) ? ControlError.NONE
                    : invalid("this is broker " + facts.nodeId() + ", not " + name);
        } catch (NumberFormatException e) {
            return invalid("a broker's name is its number: " + name);
        }
    }

    /// Checks that a resource of this type and name can be changed here.
    static ControlError resource(ClusterFacts facts, byte type, String name) {
        return switch (ConfigResource.Type.forId(type)) {
            case TOPIC, GROUP, CLIENT_METRICS -> ControlError.NONE;
            case BROKER -> name.isEmpty() ? ControlError.NONE : ownNode(facts, name);
            case BROKER_LOGGER -> invalid("log levels cannot be changed in this way");
            case UNKNOWN -> invalid("there is no resource type " + type);
        };
    }

    /// Checks that no key is named twice.
    static ControlError keys(Collection<String> keys) {
        return repeated(keys).isEmpty() ? ControlError.NONE
                : invalid("a configuration key is named twice");
    }

    /// What occurs more than once, in the order of its second occurrence.
    static <T> Set<T> repeated(Collection<T> all) {
        var seen = new HashSet<T>();
        var repeated = new LinkedHashSet<T>();
        for (var one : all) {
            if (!seen.add(one)) {
                repeated.add(one);
            }
        }
        return repeated;
    }

    static ControlError invalid(String message) {
        return new ControlError(Errors.INVALID_REQUEST, message);
    }
}
