package dev.tidemark.control.decide;

import dev.tidemark.base.Prng;
import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Alteration;
import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlCommand.ConfigChange;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.Growth;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlCommand.Replacement;
import dev.tidemark.control.ControlCommand.TopicRef;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.machine.EventCodec;
import dev.tidemark.machine.StateMachine;
import dev.tidemark.machine.StateMachineContract;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

/// The control machine keeps what every machine keeps.
final class ControlMachineContractTest
        extends StateMachineContract<ControlCommand, ControlEvent, ControlReply> {
    private static final List<String> NAMES = List.of("a", "a.b", "a_b", "orders", "__x", "bad/",
            "", "z", "y", "__cluster_metadata");
    private static final List<String> KEYS =
            List.of("retention.ms", "cleanup.policy", "segment.bytes", "nonsense", "num.partitions",
                    "log.retention.ms", "metrics", "consumer.session.timeout.ms");
    private static final List<String> VALUES =
            List.of("1", "-1", "compact", "delete", "compact,delete", "2000000", "x", "", "0.5");

    @Override
    protected StateMachine<ControlCommand, ControlEvent, ControlReply> create() {
        return new ControlMachine(new EffectiveConfigs(1, Map.of()), delta -> { });
    }

    @Override
    protected EventCodec<ControlEvent> codec() {
        return new ControlCodec();
    }

    @Override
    protected ControlCommand randomCommand(Prng prng,
            StateMachine<ControlCommand, ControlEvent, ControlReply> live, long nowMs) {
        var effect = prng.chance(1, 5) ? Effect.VALIDATE_ONLY : Effect.COMMIT;
        return switch (prng.nextInt(18)) {
            case 0, 1, 2 -> new ControlCommand.CreateTopics(
                    List.of(newTopic(prng), newTopic(prng)), effect);
            case 3 -> new ControlCommand.DeleteTopics(List.of(ref(prng, live), ref(prng, live)));
            case 4 -> new ControlCommand.CreatePartitions(List.of(
                    new Growth(pick(prng, NAMES), prng.nextInt(12), assignments(prng))), effect);
            case 5 -> new ControlCommand.AlterConfigs(List.of(new Alteration(target(prng),
                    List.of(change(prng), change(prng)))), effect);
            case 6 -> new ControlCommand.ReplaceConfigs(List.of(new Replacement(target(prng),
                    Map.of(pick(prng, KEYS), pick(prng, VALUES)))), effect);
            case 7 -> new ControlCommand.AllocateProducerIds(1);
            case 8 -> new BrokerCommand.RegisterBroker(1 + prng.nextInt(3), List.of(
                    new BrokerImage.Endpoint("L", "h" + prng.nextInt(2), 1, (short) 0)), null);
            default -> clusterCommand(prng, ((ControlMachine) live).image());
        };
    }

    private static ControlCommand clusterCommand(Prng prng, MetadataImage image) {
        int id = 1 + prng.nextInt(4);
        long epoch = image.broker(id) == null ? 7 : image.broker(id).brokerEpoch();
        return switch (prng.nextInt(8)) {
            case 0, 1 -> new BrokerCommand.RegisterBroker(id, new BrokerImage.Identity(
                    new Uuid(9, prng.nextInt(3)), List.of(new Uuid(id, prng.nextInt(2)))),
                    List.of(), pick(prng, VALUES), List.of(), epoch);
            case 2, 3 -> new BrokerCommand.Heartbeat(id, epoch, image.offset() - prng.nextInt(3),
                    BrokerCommand.Wish.values()[prng.nextInt(3)]);
            case 4 -> prng.chance(1, 4) ? new BrokerCommand.UnregisterBroker(id)
                    : new BrokerCommand.ContactLost(id, prng.chance(1, 2) ? epoch : -1);
            case 5 -> new PartitionCommand.ElectLeaders(
                    PartitionCommand.Election.values()[prng.nextInt(2)], prng.chance(1, 2) ? null
                    : List.of(new PartitionCommand.PartitionRef(pick(prng, NAMES), 0)));
            case 6 -> new PartitionCommand.Reassign(List.of(new PartitionCommand.Target(
                    pick(prng, NAMES), prng.nextInt(2),
                    prng.chance(1, 4) ? null : List.of(id, 1 + prng.nextInt(4)))));
            default -> proposal(prng, image, id, epoch);
        };
    }

    private static ControlCommand proposal(Prng prng, MetadataImage image, int id, long epoch) {
        var topic = image.topic(pick(prng, NAMES));
        if (topic == null) {
            return new ControlCommand.UpdateFeatures(List.of(new ControlCommand.FeatureUpdate(
                    "group.version", (short) prng.nextInt(3),
                    ControlCommand.StepBack.values()[prng.nextInt(3)])), Effect.COMMIT);
        }
        var state = topic.partition(0);
        return new PartitionCommand.AlterPartition(id, epoch, List.of(
                new PartitionCommand.IsrProposal(topic.id(), 0, state.leaderEpoch(),
                        state.partitionEpoch(), List.of(new PartitionCommand.InSync(id, epoch)),
                        PartitionImage.Recovery.RECOVERED)));
    }

    private static NewTopic newTopic(Prng prng) {
        var configs = prng.chance(1, 2) ? Map.<String, String>of()
                : Map.of(pick(prng, KEYS), pick(prng, VALUES));
        if (prng.chance(1, 4)) {
            return new NewTopic(pick(prng, NAMES), -1, -1, List.of(
                    new Assignment(0, List.of(1 + prng.nextInt(3))),
                    new Assignment(prng.nextInt(2), List.of(1 + prng.nextInt(3)))), configs);
        }
        return new NewTopic(pick(prng, NAMES), prng.nextInt(6) - 1, prng.nextInt(4) - 1,
                List.of(), configs);
    }

    private static TopicRef ref(Prng prng,
            StateMachine<ControlCommand, ControlEvent, ControlReply> live) {
        var topic = ((ControlMachine) live).image().topic(pick(prng, NAMES));
        return topic != null && prng.chance(1, 2) ? TopicRef.identified(topic.id())
                : prng.chance(1, 9) ? TopicRef.identified(new Uuid(prng.nextLong(), 1))
                : TopicRef.named(pick(prng, NAMES));
    }

    private static List<List<Integer>> assignments(Prng prng) {
        return prng.chance(3, 4) ? null : List.of(List.of(1), List.of(1 + prng.nextInt(3)));
    }

    private static ConfigTarget target(Prng prng) {
        return switch (prng.nextInt(5)) {
            case 0 -> ConfigTarget.ALL_BROKERS;
            case 1 -> ConfigTarget.broker(1 + prng.nextInt(4));
            case 2 -> new ConfigTarget(ConfigResource.Type.GROUP, "g");
            case 3 -> new ConfigTarget(ConfigResource.Type.CLIENT_METRICS, "c");
            default -> ConfigTarget.topic(pick(prng, NAMES));
        };
    }

    private static ConfigChange change(Prng prng) {
        return new ConfigChange(OpType.values()[prng.nextInt(OpType.values().length)],
                pick(prng, KEYS), pick(prng, VALUES));
    }

    private static String pick(Prng prng, List<String> from) {
        return from.get(prng.nextInt(from.size()));
    }
}
