package dev.tidemark.control.decide;

import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigSpec;
import dev.tidemark.control.ControlEvent.PartitionChanged;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.control.decide.Terms.Unclean;
import java.util.function.IntPredicate;

/// Draws the conclusions for all partitions that something may have changed for.
///
/// Looks and adds events to a [Draft], one per partition that changes. Ten thousand partitions take
/// some tens of milliseconds. Does no I/O.
final class Settling {
    private static final ConfigSpec MIN_INSYNC = ConfigDefs.TOPIC.get("min.insync.replicas");
    private static final ConfigSpec UNCLEAN =
            ConfigDefs.TOPIC.get("unclean.leader.election.enable");
    private static final ConfigSpec DURABILITY = ConfigDefs.TOPIC.get("tidemark.durability");

    private final EffectiveConfigs configs;

    Settling(EffectiveConfigs configs) {
        this.configs = configs;
    }

    /// The terms for a topic's partitions, with the brokers as the image shows them.
    Terms terms(MetadataImage image, String topic) {
        return terms(image, topic, active(image));
    }

    private Terms terms(MetadataImage image, String topic, IntPredicate active) {
        int minInsync = Integer.parseInt(configs.topicText(image, topic, MIN_INSYNC).trim());
        boolean unclean = Boolean.parseBoolean(configs.topicText(image, topic, UNCLEAN).trim());
        return new Terms(active, minInsync, unclean ? Unclean.ALLOWED : Unclean.FORBIDDEN);
    }

    /// The brokers that may lead and be in sync.
    static IntPredicate active(MetadataImage image) {
        return id -> {
            var broker = image.broker(id);
            return broker != null && broker.isActive();
        };
    }

    /// True if what a replica acknowledged may be lost when its machine stops short.
    boolean isForgetful(MetadataImage image, String topic) {
        return !configs.topicText(image, topic, DURABILITY).equals("sync");
    }

    /// Settles a partition after a change, and writes down what came of it.
    PartitionImage settle(
            Draft draft, TopicImage topic, int partition, PartitionChange change) {
        var before = topic.partition(partition);
        var after = change.settled();
        if (!after.equals(before)) {
            draft.add(new PartitionChanged(topic.id(), partition, after));
        }
        return after;
    }

    /// Settles all partitions.
    ///
    /// @return whether all of them were; if not, the rest is for the next time
    boolean everywhere(Draft draft, int mostEvents) {
        return around(draft, active(draft.image()), new Scope(Scope.ANY, mostEvents),
                Extra.NOTHING);
    }

    /// Settles one topic's partitions.
    void topic(Draft draft, String name) {
        var image = draft.image();
        oneTopic(draft, image.topic(name), active(image), new Scope(Scope.ANY, Scope.NO_BOUND),
                Extra.NOTHING);
    }

    /// Settles all partitions of a broker.
    ///
    /// @param active who may lead and be in sync, instead of what the image says
    /// @param extra what else has changed for each of them
    /// @return whether all of them were
    boolean around(Draft draft, IntPredicate active, Scope scope, Extra extra) {
        for (var topic : draft.image().topics()) {
            if (!oneTopic(draft, topic, active, scope, extra)) {
                return false;
            }
        }
        return true;
    }

    private boolean oneTopic(
            Draft draft, TopicImage topic, IntPredicate active, Scope scope, Extra extra) {
        Terms terms = null;
        for (int p = 0; p < topic.partitionCount(); p++) {
            var state = topic.partition(p);
            if (scope.broker != Scope.ANY && !state.replicas().contains(scope.broker)) {
                continue;
            }
            if (draft.size() >= scope.mostEvents) {
                return false;
            }
            terms = terms == null ? terms(draft.image(), topic.name(), active) : terms;
            settle(draft, topic, p, extra.of(topic, new PartitionChange(state, terms)));
        }
        return true;
    }

    /// Which partitions are settled.
    ///
    /// @param broker those of this one, or [#ANY]
    /// @param mostEvents so many events, and then no more
    record Scope(int broker, int mostEvents) {
        static final int ANY = -1;
        static final int NO_BOUND = Integer.MAX_VALUE;

        static Scope of(int broker) {
            return new Scope(broker, NO_BOUND);
        }
    }

    /// Says what else has changed for a partition of the topic.
    interface Extra {
        /// Nothing.
        Extra NOTHING = (topic, change) -> change;

        PartitionChange of(TopicImage topic, PartitionChange change);
    }
}
