package dev.tidemark.control;

import dev.tidemark.base.SortedTree;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// Everything that the control machine knows, as of one offset of its log.
///
/// Every change makes a new image that shares all but a path of O(log n) tree nodes with the one
/// before: with ten thousand topics, creating one more allocates about thirty small objects.
/// Walks are in sorted order, never in hash order.
///
/// Immutable: any loop may read it, and two readings of one image never disagree. Does no I/O.
public final class MetadataImage {
    /// Nothing yet, before the first event.
    public static final MetadataImage EMPTY = new MetadataImage(-1, TopicsImage.EMPTY,
            SortedTree.empty(), SortedTree.empty(), SortedTree.empty(), 0);

    private final long offset;
    private final TopicsImage topics;
    private final SortedTree<Integer, BrokerImage> brokers;
    private final SortedTree<ConfigTarget, ConfigImage> configs;
    private final SortedTree<String, FeatureImage> features;
    private final long nextProducerId;

    private MetadataImage(
            long offset,
            TopicsImage topics,
            SortedTree<Integer, BrokerImage> brokers,
            SortedTree<ConfigTarget, ConfigImage> configs,
            SortedTree<String, FeatureImage> features,
            long nextProducerId) {
        this.offset = offset;
        this.topics = topics;
        this.brokers = brokers;
        this.configs = configs;
        this.features = features;
        this.nextProducerId = nextProducerId;
    }

    /// The offset of the last event in this image; -1 if there is none.
    public long offset() {
        return offset;
    }

    /// The topic of that name, or null.
    public TopicImage topic(String name) {
        return topics.byName().get(name);
    }

    /// The topic of that id, or null.
    public TopicImage topic(Uuid id) {
        return topics.byId(id);
    }

    /// All topics, by name.
    public Iterable<TopicImage> topics() {
        return topics.byName().values();
    }

    /// The topics whose names are the given one or come after it, by name.
    public Iterable<TopicImage> topicsFrom(String firstName) {
        return topics.byName().valuesFrom(firstName);
    }

    /// The topic whose name differs from this one only in `.` and `_`, or is the same; null if
    /// there is none.
    public TopicImage topicCollidingWith(String name) {
        return topics.collidingWith(name);
    }

    /// The number of topics.
    public int topicCount() {
        return topics.byName().size();
    }

    /// The broker of that id, or null.
    public BrokerImage broker(int id) {
        return brokers.get(id);
    }

    /// All registered brokers, by id.
    public Iterable<BrokerImage> brokers() {
        return brokers.values();
    }

    /// The number of registered brokers.
    public int brokerCount() {
        return brokers.size();
    }

    /// What was set for the target, by key, sorted; empty if nothing was.
    public Map<String, String> configOf(ConfigTarget target) {
        var config = configs.get(target);
        return config == null ? Map.of() : config.values();
    }

    /// All targets for which something was set, by type and name.
    public Iterable<ConfigImage> configs() {
        return configs.values();
    }

    /// All finalized features, by name.
    public Iterable<FeatureImage> features() {
        return features.values();
    }

    /// The feature's finalized level; 0 if it has none.
    public short featureLevel(String name) {
        var feature = features.get(name);
        return feature == null ? 0 : feature.level();
    }

    /// The first producer id that no block holds yet.
    public long nextProducerId() {
        return nextProducerId;
    }

    MetadataImage withTopic(long at, TopicImage topic) {
        return new MetadataImage(at, topics.with(topic), brokers, configs, features,
                nextProducerId);
    }

    MetadataImage withoutTopic(long at, TopicImage topic) {
        return new MetadataImage(at, topics.without(topic), brokers, configs, features,
                nextProducerId);
    }

    MetadataImage withBroker(long at, BrokerImage broker) {
        return new MetadataImage(at, topics, brokers.with(broker.id(), broker),
                configs, features, nextProducerId);
    }

    MetadataImage withoutBroker(long at, int id) {
        return new MetadataImage(at, topics, brokers.without(id), configs, features,
                nextProducerId);
    }

    MetadataImage withConfig(long at, ConfigTarget target, Map<String, String> values) {
        var changed = values.isEmpty()
                ? configs.without(target)
                : configs.with(target, new ConfigImage(target, values));
        return new MetadataImage(at, topics, brokers, changed, features,
                nextProducerId);
    }

    MetadataImage withFeature(long at, String name, short level) {
        var changed = level == 0
                ? features.without(name) : features.with(name, new FeatureImage(name, level));
        return new MetadataImage(at, topics, brokers, configs, changed,
                nextProducerId);
    }

    MetadataImage withNextProducerId(long at, long next) {
        return new MetadataImage(at, topics, brokers, configs, features, next);
    }

    /// What was set for one target.
    ///
    /// @param target what it is for
    /// @param values by key, sorted, never empty
    public record ConfigImage(ConfigTarget target, Map<String, String> values) {
    }

    /// A feature that the whole cluster has agreed to use at this level.
    ///
    /// @param name for instance `metadata.version`
    /// @param level above 0
    public record FeatureImage(String name, short level) {
    }
}
