package dev.tidemark.broker.admin;

import dev.tidemark.base.LogLevels;
import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigOrigin;
import dev.tidemark.control.ConfigSpec;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;

/// Says what holds for a target, key by key, and where each value comes from, in Kafka's words.
///
/// May be asked from any loop. Does no I/O.
final class ConfigDescriber {
    private final ClusterFacts facts;

    ConfigDescriber(ClusterFacts facts) {
        this.facts = facts;
    }

    /// One value and what stands behind it.
    ///
    /// @param text null if there is none, or if it is secret
    /// @param source where the value comes from
    /// @param origins everything that was set, the strongest first
    record Described(ConfigSpec spec, String text, ConfigSource source,
            List<SourcedText> origins) {
        boolean isReadOnly() {
            return spec.mutability() == ConfigSpec.Mutability.READ_ONLY;
        }
    }

    /// A value somewhere.
    record SourcedText(ConfigSource source, String key, String text) {
    }

    /// All of a topic's keys, with these set for the topic itself.
    List<Described> topic(MetadataImage image, Map<String, String> own) {
        return all(image, ConfigDefs.TOPIC, own, ConfigSource.TOPIC_CONFIG);
    }

    /// All of a group's keys.
    List<Described> group(MetadataImage image, Map<String, String> own) {
        return all(image, ConfigDefs.GROUP, own, ConfigSource.GROUP_CONFIG);
    }

    /// All of a client metrics subscription's keys.
    List<Described> clientMetrics(MetadataImage image, Map<String, String> own) {
        return all(image, ConfigDefs.CLIENT_METRICS, own, ConfigSource.CLIENT_METRICS_CONFIG);
    }

    private List<Described> all(MetadataImage image, SortedMap<String, ConfigSpec> specs,
            Map<String, String> own, ConfigSource ownSource) {
        var all = new ArrayList<Described>();
        for (var spec : specs.values()) {
            var text = own.get(spec.name());
            var origins = facts.configs().origins(image, spec, text);
            all.add(described(spec,
                    text != null ? text : facts.configs().inheritedText(image, spec), origins,
                    ownSource));
        }
        return all;
    }

    /// All of this broker's keys, and what was set under keys that are none of ours.
    List<Described> thisBroker(MetadataImage image) {
        var all = new ArrayList<Described>();
        for (var spec : ConfigDefs.BROKER.values()) {
            all.add(broker(image, spec));
        }
        for (var key : image.configOf(ConfigTarget.broker(facts.nodeId())).keySet()) {
            if (!ConfigDefs.BROKER.containsKey(key)) {
                all.add(broker(image, unknown(key)));
            }
        }
        return all;
    }

    private Described broker(MetadataImage image, ConfigSpec spec) {
        var origins = facts.configs().brokerOrigins(image, spec.name());
        return described(spec, origins.isEmpty() ? null : origins.getFirst().text(), origins,
                ConfigSource.DYNAMIC_BROKER_CONFIG);
    }

    /// The keys that are set for all brokers at run time; no others.
    List<Described> allBrokers(MetadataImage image) {
        var all = new ArrayList<Described>();
        image.configOf(ConfigTarget.ALL_BROKERS).forEach((key, text) -> {
            var spec = ConfigDefs.BROKER.getOrDefault(key, unknown(key));
            all.add(described(spec, text,
                    List.of(new ConfigOrigin(ConfigOrigin.Place.ALL_BROKERS, key, text)),
                    ConfigSource.DYNAMIC_BROKER_CONFIG));
        });
        return all;
    }

    /// Every logger with its level.
    static List<Described> loggers(LogLevels levels) {
        var all = new ArrayList<Described>();
        levels.all().forEach((logger, level) -> all.add(new Described(
                new ConfigSpec(logger, ConfigDef.Type.STRING, null, null, List.of(),
                        ConfigSpec.Mutability.DYNAMIC, ""),
                level, ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG, List.of())));
        return all;
    }

    /// What nobody can say to be no secret is one.
    private static ConfigSpec unknown(String key) {
        return new ConfigSpec(key, ConfigDef.Type.PASSWORD, null, null, List.of(),
                ConfigSpec.Mutability.DYNAMIC, null);
    }

    private static Described described(ConfigSpec spec, String text,
            List<ConfigOrigin> origins, ConfigSource ownSource) {
        var sourced = new ArrayList<SourcedText>(origins.size());
        for (var origin : origins) {
            sourced.add(new SourcedText(source(origin.place(), ownSource), origin.key(),
                    spec.isSensitive() ? null : origin.text()));
        }
        return new Described(spec, spec.isSensitive() ? null : text,
                sourced.isEmpty() ? ConfigSource.DEFAULT_CONFIG : sourced.getFirst().source(),
                sourced);
    }

    private static ConfigSource source(ConfigOrigin.Place place, ConfigSource ownSource) {
        return switch (place) {
            case OWN -> ownSource;
            case THIS_BROKER -> ConfigSource.DYNAMIC_BROKER_CONFIG;
            case ALL_BROKERS -> ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG;
            case FILE -> ConfigSource.STATIC_BROKER_CONFIG;
            case DEFAULT -> ConfigSource.DEFAULT_CONFIG;
        };
    }
}
