package dev.tidemark.control;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigResource;

/// All configuration keys that are known, by the kind of thing that they are for.
///
/// Immutable. Does no I/O.
public final class ConfigDefs {
    /// A topic's keys, sorted.
    public static final SortedMap<String, ConfigSpec> TOPIC = byName(List.of(
            TopicConfigDefs.retention(), TopicConfigDefs.segments(), TopicConfigDefs.records(),
            TopicConfigDefs.replication(), TopicConfigDefs.tiering()));

    /// A broker's keys, sorted.
    public static final SortedMap<String, ConfigSpec> BROKER = byName(List.of(
            BrokerConfigDefs.logs(), BrokerConfigDefs.records(), BrokerConfigDefs.cleaner(),
            BrokerConfigDefs.node(), BrokerConfigDefs.cluster(), BrokerConfigDefs.network(),
            BrokerConfigDefs.groupsAndProducers(), BrokerConfigDefs.consumerGroups()));
    /// A group's keys, sorted.
    public static final SortedMap<String, ConfigSpec> GROUP =
            byName(List.of(GroupConfigDefs.groups()));
    /// A client metrics subscription's keys, sorted.
    public static final SortedMap<String, ConfigSpec> CLIENT_METRICS =
            byName(List.of(GroupConfigDefs.clientMetrics()));

    /// For each broker key that one topic key takes its default from: all of those, the strongest
    /// first.
    static final Map<String, List<String>> KIN = kin();

    private ConfigDefs() {
    }

    private static Map<String, List<String>> kin() {
        var all = new HashMap<String, List<String>>();
        for (var spec : TOPIC.values()) {
            var keys = spec.synonyms().stream().map(ConfigSpec.Synonym::key).toList();
            keys.forEach(key -> all.put(key, keys));
        }
        return Map.copyOf(all);
    }

    /// The keys for this kind of thing; empty for a kind that has none here.
    public static SortedMap<String, ConfigSpec> of(ConfigResource.Type type) {
        return switch (type) {
            case TOPIC -> TOPIC;
            case BROKER -> BROKER;
            case GROUP -> GROUP;
            case CLIENT_METRICS -> CLIENT_METRICS;
            case BROKER_LOGGER, UNKNOWN -> Collections.emptySortedMap();
        };
    }

    private static SortedMap<String, ConfigSpec> byName(List<List<ConfigSpec>> groups) {
        var all = new TreeMap<String, ConfigSpec>();
        for (var group : groups) {
            for (var spec : group) {
                all.put(spec.name(), spec);
            }
        }
        return Collections.unmodifiableSortedMap(all);
    }
}
