package dev.tidemark.control;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.machine.Command;
import dev.tidemark.machine.Decision;
import dev.tidemark.machine.StateMachine;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// The machine that owns the cluster's metadata: topics, configurations, brokers, features,
/// producer ids.
///
/// Its state is one [MetadataImage]; every event makes a new one and tells a listener what it
/// changed. It has no soft state, no deadlines and no parked commands yet: a command is answered
/// by the decision that it leads to.
///
/// Confined to the loop of the metadata log. Does no I/O.
public final class ControlMachine
        implements StateMachine<ControlCommand, ControlEvent, ControlReply> {
    /// How many producer ids a broker gets at a time.
    public static final int PRODUCER_ID_BLOCK = 1_000;

    private final TopicDecisions topics;
    private final ConfigDecisions settings;
    private final Consumer<MetadataDelta> listener;
    private MetadataImage image = MetadataImage.EMPTY;

    /// @param configs what this node's file says, for the defaults of what it decides
    /// @param listener hears of every event right after it was applied, on the machine's loop; it
    ///     publishes the image
    public ControlMachine(EffectiveConfigs configs, Consumer<MetadataDelta> listener) {
        topics = new TopicDecisions(configs);
        settings = new ConfigDecisions(configs);
        this.listener = listener;
    }

    /// Begins at an image that is committed, in place of a replay.
    public void begin(MetadataImage committed) {
        image = committed;
    }

    /// The state as of the last applied event.
    public MetadataImage image() {
        return image;
    }

    @Override
    public Decision<ControlEvent, ControlReply> decide(Command<ControlCommand> command) {
        long ticket = command.ticket();
        var draft = new Draft(image);
        return switch (command.body()) {
            case ControlCommand.CreateTopics create -> draft.decision(ticket,
                    new ControlReply.Topics(
                            topics.create(draft, create.topics(), command.seed())),
                    create.effect());
            case ControlCommand.DeleteTopics delete -> draft.decision(ticket,
                    new ControlReply.Topics(topics.delete(draft, delete.topics())),
                    Effect.COMMIT);
            case ControlCommand.CreatePartitions grow -> draft.decision(ticket,
                    new ControlReply.Outcomes(
                            topics.grow(draft, grow.topics(), command.seed())), grow.effect());
            case ControlCommand.AlterConfigs alter -> draft.decision(ticket,
                    new ControlReply.Outcomes(settings.alter(draft, alter.alterations())),
                    alter.effect());
            case ControlCommand.ReplaceConfigs replace -> draft.decision(ticket,
                    new ControlReply.Outcomes(settings.replace(draft, replace.replacements())),
                    replace.effect());
            case ControlCommand.AllocateProducerIds _ -> draft.decision(ticket,
                    producerIds(draft), Effect.COMMIT);
            case BrokerCommand.RegisterBroker register -> draft.decision(ticket,
                    registration(draft, register), Effect.COMMIT);
            case BrokerCommand _, PartitionCommand _, ControlCommand.UpdateFeatures _ ->
                    draft.decision(ticket, new ControlReply.Refused(
                            ControlError.of(Errors.UNSUPPORTED_VERSION)), Effect.COMMIT);
            case ControlCommand.Tick _ -> draft.decision(ticket, new ControlReply.Done(),
                    Effect.COMMIT);
        };
    }

    private static ControlReply producerIds(Draft draft) {
        long first = draft.image().nextProducerId();
        long end = Math.addExact(first, PRODUCER_ID_BLOCK);
        draft.add(new ControlEvent.ProducerIdsAllocated(end));
        return new ControlReply.ProducerIdBlock(first, end);
    }

    /// A broker that says what is known already changes nothing: a restart costs no record.
    private static ControlReply registration(
            Draft draft, BrokerCommand.RegisterBroker register) {
        if (draft.image().featureLevel("metadata.version") == 0) {
            for (var feature : Features.SUPPORTED) {
                draft.add(new ControlEvent.FeatureFinalized(feature.name(), feature.highest()));
            }
        }
        var known = draft.image().broker(register.brokerId());
        long brokerEpoch = known == null ? nextBrokerEpoch(draft.image()) : known.brokerEpoch();
        var broker = new BrokerImage(register.brokerId(), brokerEpoch, register.endpoints(),
                register.rack(), BrokerImage.Standing.ACTIVE, register.identity(),
                register.features());
        if (!broker.equals(known)) {
            brokerEpoch = nextBrokerEpoch(draft.image());
            draft.add(new ControlEvent.BrokerRegistered(broker.withEpoch(brokerEpoch)));
        }
        return new ControlReply.Registered(brokerEpoch);
    }

    private static long nextBrokerEpoch(MetadataImage image) {
        long highest = 0;
        for (var broker : image.brokers()) {
            highest = Math.max(highest, broker.brokerEpoch());
        }
        return highest + 1;
    }

    @Override
    public void apply(long offset, ControlEvent event) {
        // A snapshot's events all carry the offset that it stands for.
        check(offset >= image.offset(), "events are applied in order", offset, image.offset());
        var delta = MetadataReplay.apply(image, offset, event);
        image = delta.after();
        listener.accept(delta);
    }

    @Override
    public long nextDeadlineMs() {
        return Long.MAX_VALUE;
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
        // Leadership carries no state of its own.
    }

    @Override
    public List<Decision.Reply<ControlReply>> resign() {
        image = MetadataImage.EMPTY;
        return List.of();
    }
}
