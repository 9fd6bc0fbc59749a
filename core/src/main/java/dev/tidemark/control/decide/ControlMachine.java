package dev.tidemark.control.decide;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.Features;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.MetadataReplay;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.SessionEvent;
import dev.tidemark.machine.Command;
import dev.tidemark.machine.Decision;
import dev.tidemark.machine.StateMachine;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// The machine that owns the cluster's metadata: topics, partitions and who leads them, brokers,
/// configurations, features, producer ids.
///
/// Its state is one [MetadataImage]; every event makes a new one and tells a listener what it
/// changed. What only the active controller knows (who was heard of when) is soft. No command
/// waits: each is answered by the decision that it leads to.
///
/// Confined to the loop of the metadata log. Does no I/O.
public final class ControlMachine
        implements StateMachine<ControlCommand, ControlEvent, ControlReply> {
    /// How many producer ids a broker gets at a time.
    public static final int PRODUCER_ID_BLOCK = 1_000;

    private final TopicDecisions topics;
    private final ConfigDecisions settings;
    private final BrokerDecisions brokers;
    private final IsrDecisions isrs;
    private final ElectionDecisions elections;
    private final MoveDecisions moves;
    private final Sessions sessions;
    private final Rounds rounds;
    private final List<Features.Feature> understood;
    private final Consumer<MetadataDelta> listener;
    private MetadataImage image = MetadataImage.EMPTY;

    /// @param configs what this node's file says, for the defaults of what it decides
    /// @param listener hears of every event right after it was applied, on the machine's loop; it
    ///     publishes the image
    public ControlMachine(EffectiveConfigs configs, Consumer<MetadataDelta> listener) {
        var settling = new Settling(configs);
        topics = new TopicDecisions(configs, settling);
        settings = new ConfigDecisions(configs, settling);
        sessions = new Sessions(Sessions.Times.of(configs));
        brokers = new BrokerDecisions(sessions, settling);
        isrs = new IsrDecisions(settling);
        elections = new ElectionDecisions(settling);
        moves = new MoveDecisions(settling);
        rounds = new Rounds(configs, elections, settling);
        understood = Features.understoodBy(configs);
        this.listener = listener;
    }

    /// Begins at an image that is committed, in place of a replay.
    public void begin(MetadataImage committed) {
        image = committed;
    }

    /// What the cluster has agreed on and this release does not understand; null if there is
    /// nothing such.
    public String misunderstood() {
        return Features.misunderstood(understood, image);
    }

    /// The state as of the last applied event.
    public MetadataImage image() {
        return image;
    }

    @Override
    public Decision<ControlEvent, ControlReply> decide(Command<ControlCommand> command) {
        var draft = new Draft(image);
        var reply = reply(draft, command);
        return draft.decision(command.ticket(), reply, effect(command.body()));
    }

    private ControlReply reply(Draft draft, Command<ControlCommand> command) {
        long nowMs = command.nowMs();
        return switch (command.body()) {
            case ControlCommand.CreateTopics create -> new ControlReply.Topics(
                    topics.create(draft, create.topics(), seed(create.origin(), command)));
            case ControlCommand.DeleteTopics delete -> new ControlReply.Topics(
                    topics.delete(draft, delete));
            case ControlCommand.CreatePartitions grow -> new ControlReply.Outcomes(
                    topics.grow(draft, grow, command.seed()));
            case ControlCommand.AlterConfigs alter -> new ControlReply.Outcomes(
                    settings.alter(draft, alter.alterations()));
            case ControlCommand.ReplaceConfigs replace -> new ControlReply.Outcomes(
                    settings.replace(draft, replace.replacements()));
            case ControlCommand.UpdateFeatures update -> new ControlReply.Outcomes(
                    FeatureDecisions.update(draft, update.updates(), understood));
            case ControlCommand.AllocateProducerIds ids -> producerIds(draft, ids);
            case BrokerCommand about -> broker(draft, about, nowMs);
            case PartitionCommand about -> partition(draft, about);
            case ControlCommand.Tick _ -> tick(draft, nowMs);
        };
    }

    private static long seed(
            ControlCommand.Origin origin, Command<ControlCommand> command) {
        return origin.token() == 0 ? command.seed() : origin.token();
    }

    private static Effect effect(ControlCommand command) {
        return switch (command) {
            case ControlCommand.CreateTopics create -> create.effect();
            case ControlCommand.CreatePartitions grow -> grow.effect();
            case ControlCommand.AlterConfigs alter -> alter.effect();
            case ControlCommand.ReplaceConfigs replace -> replace.effect();
            case ControlCommand.UpdateFeatures update -> update.effect();
            case ControlCommand.DeleteTopics _, ControlCommand.AllocateProducerIds _,
                    ControlCommand.Tick _, BrokerCommand _, PartitionCommand _ -> Effect.COMMIT;
        };
    }

    private ControlReply broker(Draft draft, BrokerCommand command, long nowMs) {
        return switch (command) {
            case BrokerCommand.RegisterBroker asked -> brokers.register(draft, asked, nowMs);
            case BrokerCommand.Heartbeat beat -> brokers.heartbeat(draft, beat, nowMs);
            case BrokerCommand.ContactLost lost -> brokers.contactLost(draft, lost, nowMs);
            case BrokerCommand.UnregisterBroker asked -> new ControlReply.Outcomes(
                    List.of(brokers.unregister(draft, asked.brokerId(), nowMs)));
        };
    }

    private ControlReply partition(Draft draft, PartitionCommand command) {
        return switch (command) {
            case PartitionCommand.AlterPartition asked -> isrs.alter(draft, asked);
            case PartitionCommand.ElectLeaders asked -> new ControlReply.Elected(
                    elections.elect(draft, asked.election(), asked.partitions()));
            case PartitionCommand.Reassign asked -> new ControlReply.Outcomes(
                    moves.reassign(draft, asked.targets()));
        };
    }

    private ControlReply tick(Draft draft, long nowMs) {
        brokers.endSessions(draft, nowMs);
        rounds.tick(draft, nowMs);
        return new ControlReply.Done();
    }

    private static ControlReply producerIds(
            Draft draft, ControlCommand.AllocateProducerIds asked) {
        var broker = draft.image().broker(asked.brokerId());
        if (asked.brokerEpoch() != ControlCommand.UNKNOWN_EPOCH
                && (broker == null || broker.brokerEpoch() != asked.brokerEpoch())) {
            return new ControlReply.Refused(ControlError.of(Errors.STALE_BROKER_EPOCH));
        }
        long first = draft.image().nextProducerId();
        long end = Math.addExact(first, PRODUCER_ID_BLOCK);
        draft.add(new ControlEvent.ProducerIdsAllocated(end));
        return new ControlReply.ProducerIdBlock(first, end);
    }

    @Override
    public void apply(long offset, ControlEvent event) {
        if (event instanceof SessionEvent soft) {
            sessions.apply(soft);
            rounds.apply(soft);
            return;
        }
        // A snapshot's events all carry the offset that it stands for.
        check(offset >= image.offset(), "events are applied in order", offset, image.offset());
        var delta = MetadataReplay.apply(image, offset, event);
        if (event instanceof ControlEvent.BrokerRegistered registered) {
            var broker = registered.broker();
            sessions.registered(image.broker(broker.id()), broker, offset);
        }
        image = delta.after();
        listener.accept(delta);
    }

    @Override
    public long nextDeadlineMs() {
        return Math.min(sessions.nextDeadlineMs(), rounds.nextDeadlineMs());
    }

    @Override
    public ControlCommand tick() {
        return new ControlCommand.Tick();
    }

    @Override
    public boolean isSoft(ControlEvent event) {
        return event instanceof SessionEvent;
    }

    @Override
    public List<ControlEvent> snapshot() {
        return MetadataReplay.eventsOf(image);
    }

    @Override
    public void becomeLeader(long nowMs) {
        sessions.begin(image, nowMs);
        rounds.begin(image, nowMs);
    }

    @Override
    public List<Decision.Reply<ControlReply>> resign() {
        image = MetadataImage.EMPTY;
        sessions.clear();
        rounds.clear();
        return List.of();
    }
}
