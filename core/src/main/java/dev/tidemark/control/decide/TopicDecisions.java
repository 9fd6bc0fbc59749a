package dev.tidemark.control.decide;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand.CreatePartitions;
import dev.tidemark.control.ControlCommand.DeleteTopics;
import dev.tidemark.control.ControlCommand.Growth;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlCommand.Origin;
import dev.tidemark.control.ControlCommand.TopicRef;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply.TopicResult;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.MetadataReplay;
import dev.tidemark.control.TopicImage;
import dev.tidemark.control.decide.Placement.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;

/// What becomes of a topic that shall be created, grown or deleted; codes as Kafka 4.4's
/// controller gives them.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class TopicDecisions {
    /// The most partitions that one command may make, so that no decision grows without bound;
    /// Kafka's bound too.
    static final int MAX_NEW_PARTITIONS = 10_000;

    private static final String MIN_INSYNC = "min.insync.replicas";
    private static final int SAFE_FACTOR = 3;

    private final EffectiveConfigs configs;
    private final ConfigRules rules;
    private final Settling settling;

    TopicDecisions(EffectiveConfigs configs, Settling settling) {
        this.configs = configs;
        this.settling = settling;
        rules = new ConfigRules(configs);
    }

    /// Decides about several new topics.
    List<TopicResult> create(Draft draft, List<NewTopic> topics, long seed) {
        var prng = new Prng(seed);
        var loads = new BrokerLoads(draft.image(), prng.nextLong());
        var results = new ArrayList<TopicResult>(topics.size());
        long total = 0;
        for (var topic : topics) {
            total += asked(draft.image(), topic);
        }
        var tooMany = new ControlError(Errors.POLICY_VIOLATION, "one request may create "
                + MAX_NEW_PARTITIONS + " partitions, and this one asks for " + total);
        for (var topic : topics) {
            results.add(total > MAX_NEW_PARTITIONS
                    ? TopicResult.refused(topic.name(), tooMany)
                    : createOne(draft, topic, loads, newId(prng)));
        }
        return results;
    }

    private long asked(MetadataImage image, NewTopic topic) {
        if (!topic.assignments().isEmpty()) {
            return topic.assignments().size();
        }
        return Math.max(0, topic.partitionCount() == NewTopic.DEFAULT
                ? configs.brokerInt(image, "num.partitions") : topic.partitionCount());
    }

    private TopicResult createOne(
            Draft draft, NewTopic topic, BrokerLoads loads, Uuid id) {
        var name = topic.name();
        var there = draft.image().topic(id);
        if (there != null && there.name().equals(name)) {
            Marks.hit("a creation that was asked again finds its own topic");
            return result(there);
        }
        var error = nameError(draft.image(), name);
        if (error.isNone()) {
            error = rules.topic(draft.image(), topic.configs());
        }
        if (!error.isNone()) {
            return TopicResult.refused(name, error);
        }
        var placed = place(draft.image(), topic, loads);
        if (!placed.error().isNone()) {
            return TopicResult.refused(name, placed.error());
        }
        var settings = settings(draft.image(), topic, placed.assignments().getFirst().size());
        if (!settings.isEmpty()) {
            draft.add(new ControlEvent.ConfigSet(ConfigTarget.topic(name), settings));
        }
        draft.add(new ControlEvent.TopicCreated(id, name, placed.assignments()));
        // Brokers that do not take part now are not in sync to begin with.
        settling.topic(draft, name);
        return result(draft.image().topic(name));
    }

    /// Where nobody has said how many must be in sync, three replicas mean two: written down with
    /// the topic, so that no later change of its replicas or of a node's defaults changes what an
    /// acknowledgement of it means.
    private Map<String, String> settings(MetadataImage image, NewTopic topic, int replicas) {
        if (replicas < SAFE_FACTOR || topic.configs().containsKey(MIN_INSYNC)
                || configs.brokerSetting(image, MIN_INSYNC) != null) {
            return topic.configs();
        }
        var settings = new TreeMap<>(topic.configs());
        settings.put(MIN_INSYNC, "2");
        return settings;
    }

    private static ControlError nameError(MetadataImage image, String name) {
        try {
            Topic.validate(name);
        } catch (InvalidTopicException e) {
            return new ControlError(Errors.INVALID_TOPIC_EXCEPTION, e.getMessage());
        }
        if (name.equals(Topic.CLUSTER_METADATA_TOPIC_NAME)) {
            return new ControlError(Errors.INVALID_REQUEST,
                    name + " is the cluster's own log and not to be created");
        }
        if (image.topic(name) != null) {
            return new ControlError(Errors.TOPIC_ALREADY_EXISTS,
                    "topic " + name + " exists already");
        }
        var colliding = image.topicCollidingWith(name);
        return colliding == null ? ControlError.NONE
                : new ControlError(Errors.INVALID_TOPIC_EXCEPTION, "topic " + name
                        + " cannot be told from " + colliding.name() + " in metrics names");
    }

    private Placed place(MetadataImage image, NewTopic topic, BrokerLoads loads) {
        int partitions = topic.partitionCount();
        int replicas = topic.replicationFactor();
        if (!topic.assignments().isEmpty()) {
            return partitions == NewTopic.DEFAULT && replicas == NewTopic.DEFAULT
                    ? Placement.checkActive(
                            image, Placement.check(image, topic.assignments()))
                    : refusedPlace(Errors.INVALID_REQUEST, "with assignments given, partition "
                            + "count and replication factor have to be -1");
        }
        if (replicas < NewTopic.DEFAULT || replicas == 0) {
            return refusedPlace(Errors.INVALID_REPLICATION_FACTOR,
                    "a replication factor is above 0, or -1 for the default: " + replicas);
        }
        if (partitions < NewTopic.DEFAULT || partitions == 0) {
            return refusedPlace(Errors.INVALID_PARTITIONS,
                    "a partition count is above 0, or -1 for the default: " + partitions);
        }
        return Placement.choose(loads,
                partitions > 0 ? partitions : configs.brokerInt(image, "num.partitions"),
                replicas > 0 ? replicas
                        : configs.replicas(image, "default.replication.factor"));
    }

    /// A random id of version 4 that no tool takes for an option.
    private static Uuid newId(Prng prng) {
        while (true) {
            var id = new Uuid((prng.nextLong() & ~0xF000L) | 0x4000L,
                    (prng.nextLong() >>> 2) | Long.MIN_VALUE);
            if (!id.toString().startsWith("-")) {
                return id;
            }
        }
    }

    /// Decides about several topics to be deleted.
    List<TopicResult> delete(Draft draft, DeleteTopics asked) {
        var results = new ArrayList<TopicResult>(asked.topics().size());
        for (var ref : asked.topics()) {
            results.add(deleteOne(draft, ref, asked.origin()));
        }
        return results;
    }

    private static TopicResult deleteOne(Draft draft, TopicRef ref, Origin origin) {
        boolean byName = ref.name() != null;
        var topic = byName ? draft.image().topic(ref.name()) : draft.image().topic(ref.id());
        if (topic == null) {
            var code = byName ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.UNKNOWN_TOPIC_ID;
            return new TopicResult(ref.name(), ref.id(), -1, -1,
                    origin.mayBeDone() ? ControlError.NONE : ControlError.of(code));
        }
        draft.add(new ControlEvent.TopicRemoved(topic.id()));
        for (int p = 0; p < topic.partitionCount(); p++) {
            if (!topic.partition(p).isFresh()) {
                draft.add(new ControlEvent.PartitionRemoved(topic.id(), p));
            }
        }
        var target = ConfigTarget.topic(topic.name());
        if (!draft.image().configOf(target).isEmpty()) {
            draft.add(new ControlEvent.ConfigSet(target, Map.of()));
        }
        return result(topic);
    }

    /// Decides about several topics that shall have more partitions.
    List<ControlError> grow(Draft draft, CreatePartitions asked, long seed) {
        var loads = new BrokerLoads(draft.image(), seed);
        var results = new ArrayList<ControlError>(asked.topics().size());
        int room = MAX_NEW_PARTITIONS;
        for (var growth : asked.topics()) {
            var topic = draft.image().topic(growth.topic());
            if (topic == null) {
                results.add(ControlError.of(Errors.UNKNOWN_TOPIC_OR_PARTITION));
            } else if (asked.origin().mayBeDone() && isDone(topic, growth)) {
                results.add(ControlError.NONE);
            } else {
                var error = growOne(draft, topic, growth, room, loads);
                room -= error.isNone() ? growth.totalCount() - topic.partitionCount() : 0;
                results.add(error);
            }
        }
        return results;
    }

    private static boolean isDone(TopicImage topic, Growth growth) {
        var all = topic.assignments();
        var given = growth.assignments();
        return all.size() == growth.totalCount() && (given == null || (given.size() <= all.size()
                && all.subList(all.size() - given.size(), all.size()).equals(given)));
    }

    private ControlError growOne(
            Draft draft, TopicImage topic, Growth growth, int room, BrokerLoads loads) {
        int added = growth.totalCount() - topic.partitionCount();
        if (added <= 0) {
            return new ControlError(Errors.INVALID_PARTITIONS, "topic " + topic.name() + " has "
                    + topic.partitionCount() + " partitions; " + growth.totalCount()
                    + " would not be more");
        }
        if (added > room || growth.totalCount() > ControlCodec.MAX_PARTITIONS) {
            return new ControlError(Errors.POLICY_VIOLATION, "one request may create "
                    + MAX_NEW_PARTITIONS + " partitions, and one topic have "
                    + ControlCodec.MAX_PARTITIONS);
        }
        var placed = growth.assignments() == null
                ? Placement.choose(loads, added, topic.replicationFactor())
                : Placement.checkActive(draft.image(),
                        checkGiven(draft.image(), topic, growth, added));
        if (!placed.error().isNone()) {
            return placed.error();
        }
        var all = new ArrayList<>(topic.assignments());
        all.addAll(placed.assignments());
        draft.add(new ControlEvent.TopicCreated(topic.id(), topic.name(), List.copyOf(all)));
        var changed = new ArrayList<ControlEvent>();
        MetadataReplay.changedPartitions(topic, changed);
        changed.forEach(draft::add);
        settling.topic(draft, topic.name());
        return ControlError.NONE;
    }

    private static Placed checkGiven(
            MetadataImage image, TopicImage topic, Growth growth, int added) {
        return growth.assignments().size() == added
                ? Placement.checkLists(image, growth.assignments(), topic.replicationFactor())
                : refusedPlace(Errors.INVALID_REPLICA_ASSIGNMENT, added
                        + " partitions are new, and " + growth.assignments().size()
                        + " assignments are given");
    }

    private static Placed refusedPlace(Errors code, String message) {
        return new Placed(null, new ControlError(code, message));
    }

    private static TopicResult result(TopicImage topic) {
        return new TopicResult(topic.name(), topic.id(), topic.partitionCount(),
                topic.replicationFactor(), ControlError.NONE);
    }
}
