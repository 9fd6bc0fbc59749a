package dev.tidemark.control.decide;

import dev.tidemark.base.Prng;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlCommand.Replacement;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionCommand.Election;
import dev.tidemark.control.PartitionCommand.PartitionRef;
import dev.tidemark.control.PartitionCommand.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the operator in a [ControlWalk] asks for: topics that come, go, grow and move.
///
/// Draws from the walk's own numbers.
final class WalkOperator {
    private static final List<String> TOPICS = List.of("careful", "plain", "loose");

    private final Prng prng;
    private final int brokers;

    /// @param brokers are numbered from 1 to this
    WalkOperator(Prng prng, int brokers) {
        this.prng = prng;
        this.brokers = brokers;
    }

    private String anyTopic() {
        return TOPICS.get(prng.nextInt(TOPICS.size()));
    }

    /// A topic more, or one less.
    ControlCommand create(MetadataImage image) {
        var name = anyTopic();
        if (image.topic(name) != null && prng.chance(1, 5)) {
            return new ControlCommand.DeleteTopics(List.of(ControlCommand.TopicRef.named(name)));
        }
        return new ControlCommand.CreateTopics(List.of(new NewTopic(name, 1 + prng.nextInt(2),
                1 + prng.nextInt(4), List.of(), settings(name))), Effect.COMMIT);
    }

    ControlCommand grow() {
        return new ControlCommand.CreatePartitions(List.of(
                new ControlCommand.Growth(anyTopic(), 1 + prng.nextInt(3), null)), Effect.COMMIT);
    }

    ControlCommand configure() {
        var name = anyTopic();
        return new ControlCommand.ReplaceConfigs(List.of(
                new Replacement(ConfigTarget.topic(name), settings(name))), Effect.COMMIT);
    }

    /// Only the loose topic may lose records by an unclean election.
    private Map<String, String> settings(String name) {
        return Map.of("min.insync.replicas", Integer.toString(1 + prng.nextInt(3)),
                "unclean.leader.election.enable",
                Boolean.toString(name.equals("loose") && prng.chance(1, 2)));
    }

    ControlCommand elect() {
        var election = prng.chance(3, 4) ? Election.PREFERRED : Election.UNCLEAN;
        var name = election == Election.UNCLEAN ? "loose" : anyTopic();
        return new PartitionCommand.ElectLeaders(election,
                List.of(new PartitionRef(name, prng.nextInt(2))));
    }

    ControlCommand reassign() {
        var target = new ArrayList<Integer>();
        for (int i = 1 + prng.nextInt(3); i > 0; i--) {
            target.add(1 + prng.nextInt(brokers));
        }
        return new PartitionCommand.Reassign(List.of(new Target(anyTopic(), prng.nextInt(2),
                prng.chance(1, 5) ? null : target)));
    }
}
