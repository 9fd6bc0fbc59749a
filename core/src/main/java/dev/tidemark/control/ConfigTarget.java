package dev.tidemark.control;

import org.apache.kafka.common.config.ConfigResource;

/// What a configuration is for: a topic, a broker, a group, and so on, by name.
///
/// Immutable; ordered by type, then name. Does no I/O.
///
/// @param type the kind of thing
/// @param name the thing's name; empty with [ConfigResource.Type#BROKER] for all brokers
public record ConfigTarget(ConfigResource.Type type, String name)
        implements Comparable<ConfigTarget> {
    /// The dynamic configuration that holds for every broker that has none of its own.
    public static final ConfigTarget ALL_BROKERS =
            new ConfigTarget(ConfigResource.Type.BROKER, "");

    /// A topic's configuration.
    public static ConfigTarget topic(String name) {
        return new ConfigTarget(ConfigResource.Type.TOPIC, name);
    }

    /// A group's configuration.
    public static ConfigTarget group(String groupId) {
        return new ConfigTarget(ConfigResource.Type.GROUP, groupId);
    }

    /// One broker's configuration.
    public static ConfigTarget broker(int nodeId) {
        return new ConfigTarget(ConfigResource.Type.BROKER, Integer.toString(nodeId));
    }

    @Override
    public int compareTo(ConfigTarget other) {
        int byType = Byte.compare(type.id(), other.type.id());
        return byType != 0 ? byType : name.compareTo(other.name);
    }
}
