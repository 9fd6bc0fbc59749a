package dev.tidemark.control.decide;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.machine.Command;
import dev.tidemark.machine.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;

/// A control machine with its log in a list, driven by hand: what a host does, without waiting.
public final class ControlWorld {
    public static final int NODE = 1;

    public final EffectiveConfigs configs;
    public final List<MetadataDelta> deltas = new ArrayList<>();
    public final List<ControlEvent> log = new ArrayList<>();
    public final ControlMachine machine;
    private long ticket;

    private ControlWorld(Map<String, String> file) {
        configs = new EffectiveConfigs(NODE, file);
        machine = new ControlMachine(configs, deltas::add);
    }

    /// Nobody is registered yet.
    public static ControlWorld empty() {
        return new ControlWorld(Map.of());
    }

    /// One registered broker, with this configuration file.
    public static ControlWorld oneNode(Map<String, String> file) {
        var world = new ControlWorld(file);
        world.register(NODE);
        return world;
    }

    /// One registered broker with default settings.
    public static ControlWorld oneNode() {
        return oneNode(Map.of());
    }

    public ControlReply register(int brokerId) {
        return submit(new BrokerCommand.RegisterBroker(brokerId, List.of(
                new BrokerImage.Endpoint("PLAINTEXT", "host" + brokerId, 9092, (short) 0)),
                null));
    }

    public ControlReply submit(ControlCommand command) {
        return submitted(command).replies().getFirst().value();
    }

    public Decision<ControlEvent, ControlReply> submitted(ControlCommand command) {
        var decision = machine.decide(
                new Command<>(ticket, 1_700_000_000_000L + ticket, 7 * ticket++, command));
        for (var event : decision.events()) {
            log.add(event);
            machine.apply(log.size() - 1, event);
        }
        return decision;
    }

    public MetadataImage image() {
        return machine.image();
    }

    public ControlReply.TopicResult create(NewTopic topic) {
        var reply = (ControlReply.Topics) submit(
                new ControlCommand.CreateTopics(List.of(topic), Effect.COMMIT));
        return reply.results().getFirst();
    }

    public ControlReply.TopicResult create(String name, int partitions) {
        return create(new NewTopic(name, partitions, 1, List.of(), Map.of()));
    }

    public TopicImage topic(String name) {
        return image().topic(name);
    }

    public Map<String, String> configOf(String topic) {
        return image().configOf(new ConfigTarget(ConfigResource.Type.TOPIC, topic));
    }
}
