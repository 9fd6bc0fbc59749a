package dev.tidemark.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/// What holds on one node: the topic's settings, over this broker's dynamic ones, over those for
/// all brokers, over the node's file, over the defaults.
///
/// Any loop may ask it: it holds the node's file, which does not change, and remembers only what
/// follows from an image. Does no I/O.
public final class EffectiveConfigs {
    private static final List<ConfigOrigin.Place> PLACES = List.of(ConfigOrigin.Place.THIS_BROKER,
            ConfigOrigin.Place.ALL_BROKERS, ConfigOrigin.Place.FILE);

    private static final int USUAL_REPLICAS = 3;

    private final int nodeId;
    private final Map<String, String> fileConfig;
    private volatile Remembered remembered;

    /// @param nodeId this node's number
    /// @param fileConfig what the node's configuration file sets, under Kafka's broker keys
    /// @throws ConfigException if a value in it that topics take their default from is invalid
    public EffectiveConfigs(int nodeId, Map<String, String> fileConfig) {
        this.nodeId = nodeId;
        this.fileConfig = Map.copyOf(fileConfig);
        remembered = new Remembered(Map.of(), Map.of(),
                compute(MetadataImage.EMPTY, Map.of()));
    }

    /// What holds for the topic.
    ///
    /// @param topicName of a topic that need not exist (yet)
    public TopicConfig topic(MetadataImage image, String topicName) {
        return topic(image, image.configOf(ConfigTarget.topic(topicName)));
    }

    /// What holds for a topic with these settings of its own, which must be valid.
    public TopicConfig topic(MetadataImage image, Map<String, String> overrides) {
        return overrides.isEmpty() ? defaults(image) : compute(image, overrides);
    }

    /// The text that holds for one of a topic's keys, without parsing the others.
    public String topicText(MetadataImage image, String topicName, ConfigSpec spec) {
        var own = image.configOf(ConfigTarget.topic(topicName)).get(spec.name());
        return own != null ? own : inheritedText(image, spec);
    }

    private TopicConfig defaults(MetadataImage image) {
        var forAll = image.configOf(ConfigTarget.ALL_BROKERS);
        var forThis = image.configOf(ConfigTarget.broker(nodeId));
        var known = remembered;
        if (!known.forAll.equals(forAll) || !known.forThis.equals(forThis)) {
            // Two loops may both compute it, to the same result.
            known = new Remembered(forAll, forThis, compute(image, Map.of()));
            remembered = known;
        }
        return known.config;
    }

    private TopicConfig compute(MetadataImage image, Map<String, String> overrides) {
        var values = new HashMap<String, Object>();
        for (var spec : ConfigDefs.TOPIC.values()) {
            var own = overrides.get(spec.name());
            var text = own != null ? own : inherited(image, spec);
            values.put(spec.name(), text == null ? spec.defaultValue() : spec.parse(text));
        }
        return new TopicConfig(values);
    }

    /// What holds for a group with these settings of its own. Bounds may be narrower now than
    /// when a value was set: then the nearest that is allowed holds.
    public GroupTimes group(MetadataImage image, Map<String, String> overrides) {
        return new GroupTimes(group(image, overrides, "consumer.session.timeout.ms"),
                group(image, overrides, "consumer.heartbeat.interval.ms"),
                group(image, overrides, "consumer.assignment.interval.ms"));
    }

    private int group(MetadataImage image, Map<String, String> overrides, String key) {
        var own = overrides.get(key);
        return own == null ? brokerInt(image, "group." + key)
                : allowedToGroup(image, key, Integer.parseInt(own.trim()));
    }

    /// The number nearest to this one that a group may set.
    ///
    /// @param key as in `consumer.session.timeout.ms`, bounded by `group.consumer.min.session...`
    public int allowedToGroup(MetadataImage image, String key, int value) {
        String name = key.substring(key.indexOf('.'));
        return Math.max(brokerInt(image, "group.consumer.min" + name),
                Math.min(brokerInt(image, "group.consumer.max" + name), value));
    }

    /// What holds for one group.
    ///
    /// @param sessionTimeoutMs `consumer.session.timeout.ms`
    /// @param heartbeatIntervalMs `consumer.heartbeat.interval.ms`
    /// @param assignmentIntervalMs `consumer.assignment.interval.ms`
    public record GroupTimes(
            int sessionTimeoutMs, int heartbeatIntervalMs, int assignmentIntervalMs) {
    }

    /// The number that holds for a broker key, which must have one.
    public int brokerInt(MetadataImage image, String key) {
        return Integer.parseInt(broker(image, key).trim());
    }

    /// True if a broker key is set so.
    public boolean brokerFlag(MetadataImage image, String key) {
        return Boolean.parseBoolean(broker(image, key).trim());
    }

    /// The text that holds for a key that its target does not set itself; null if there is none.
    public String inheritedText(MetadataImage image, ConfigSpec spec) {
        var text = inherited(image, spec);
        return text == null ? spec.defaultText() : text;
    }

    /// The text that the brokers' configuration gives the topic key; null if it gives none.
    private String inherited(MetadataImage image, ConfigSpec spec) {
        for (var layer : layers(image)) {
            for (var synonym : spec.synonyms()) {
                var text = layer.get(synonym.key());
                if (text != null) {
                    return synonym.convert(text);
                }
            }
        }
        return null;
    }

    /// The value that holds for a broker key, from the strongest layer that sets it; null if none
    /// does and it has no default.
    public String broker(MetadataImage image, String key) {
        var text = brokerSetting(image, key);
        var spec = text == null ? ConfigDefs.BROKER.get(key) : null;
        return spec == null ? text : spec.defaultText();
    }

    /// What somebody has set for a broker key; null if nobody has.
    public String brokerSetting(MetadataImage image, String key) {
        for (var layer : layers(image)) {
            var text = layer.get(key);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    /// How many replicas a topic gets that does not say: as the key is set; if it is not, three,
    /// or as many as there are brokers if those are fewer.
    ///
    /// Brokers that are about to come count too: where the voters of the quorum are brokers as
    /// well (`process.roles` is not `controller` alone), there will be as many as there are
    /// voters. So a topic that is asked for while a new cluster starts is refused for a moment,
    /// rather than kept on one broker for good.
    ///
    /// @param key `default.replication.factor` or `offsets.topic.replication.factor`
    public int replicas(MetadataImage image, String key) {
        var set = brokerSetting(image, key);
        return set != null ? Integer.parseInt(set.trim())
                : Math.clamp(expectedBrokers(image), 1, USUAL_REPLICAS);
    }

    /// For how long after it sent the last heartbeat that was answered a broker may believe that
    /// nobody leads in its place: less than any silence after which the controller fences it.
    public long leaseMs() {
        var image = MetadataImage.EMPTY;
        return 3L * Math.min(brokerInt(image, "broker.session.timeout.ms"),
                brokerInt(image, "tidemark.broker.reconnect.timeout.ms")) / 4;
    }

    /// How many brokers there are, or soon will be.
    public int expectedBrokers(MetadataImage image) {
        var voters = brokerSetting(image, "controller.quorum.voters");
        var roles = brokerSetting(image, "process.roles");
        boolean both = roles == null || roles.contains("broker");
        int voting = voters == null || voters.isBlank() || !both ? 0
                : voters.split(",", -1).length;
        return Math.max(image.brokerCount(), voting);
    }

    /// What was set for the key, place by place, the strongest first: what holds, and what would
    /// hold without that, and so on.
    ///
    /// @param spec of a key of any kind
    /// @param own what the target itself sets; null if it sets nothing
    /// @return each with the key and the text that it was set under; empty if nothing gives it a
    ///     value
    public List<ConfigOrigin> origins(MetadataImage image, ConfigSpec spec, String own) {
        var origins = new ArrayList<ConfigOrigin>();
        if (own != null) {
            origins.add(new ConfigOrigin(ConfigOrigin.Place.OWN, spec.name(), own));
        }
        var keys = new ArrayList<String>(spec.synonyms().size());
        spec.synonyms().forEach(synonym -> keys.add(synonym.key()));
        origins.addAll(ofBroker(image, keys));
        return origins;
    }

    /// What was set for a broker's key, likewise, and for those that stand in for it where it is
    /// not set: hours for milliseconds.
    public List<ConfigOrigin> brokerOrigins(MetadataImage image, String key) {
        var kin = ConfigDefs.KIN.getOrDefault(key, List.of(key));
        return ofBroker(image, kin.subList(kin.indexOf(key), kin.size()));
    }

    /// Kafka tells only what stands behind a value of the first key: a topic's time for which
    /// hours alone were set is told without an origin.
    private List<ConfigOrigin> ofBroker(MetadataImage image, List<String> keys) {
        var origins = new ArrayList<ConfigOrigin>();
        var layers = layers(image);
        for (int i = 0; i < layers.size(); i++) {
            for (var key : keys) {
                add(origins, keys, PLACES.get(i), key, layers.get(i).get(key));
            }
        }
        for (var key : keys) {
            var spec = ConfigDefs.BROKER.get(key);
            add(origins, keys, ConfigOrigin.Place.DEFAULT, key,
                    spec == null ? null : spec.defaultText());
        }
        return origins;
    }

    private static void add(List<ConfigOrigin> into, List<String> keys, ConfigOrigin.Place place,
            String key, String text) {
        if (text != null && (!into.isEmpty() || key.equals(keys.getFirst()))) {
            into.add(new ConfigOrigin(place, key, text));
        }
    }

    /// The broker configurations, the strongest first.
    private List<Map<String, String>> layers(MetadataImage image) {
        return List.of(image.configOf(ConfigTarget.broker(nodeId)),
                image.configOf(ConfigTarget.ALL_BROKERS), fileConfig);
    }

    private record Remembered(
            Map<String, String> forAll, Map<String, String> forThis, TopicConfig config) {
    }
}
