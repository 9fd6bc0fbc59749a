package dev.tidemark.control;

import dev.tidemark.machine.Command;
import dev.tidemark.machine.Decision;
import dev.tidemark.machine.StateMachine;
import java.util.List;
import java.util.function.Consumer;

/// The machine that owns the cluster's metadata: topics, configurations, brokers, features,
/// producer ids.
///
/// Its state is one [MetadataImage]; every event makes a new one, and says to a listener what it
/// changed. It has no soft state and no deadlines yet.
///
/// Confined to the loop of the metadata log. Does no I/O.
public final class ControlMachine
        implements StateMachine<ControlCommand, ControlEvent, ControlReply> {
    private final EffectiveConfigs configs;
    private final Consumer<MetadataDelta> listener;
    private MetadataImage image = MetadataImage.EMPTY;

    /// @param configs what this node's file says, for defaults
    /// @param listener hears of every event right after it was applied, on the machine's loop; it
    ///     publishes the image
    public ControlMachine(EffectiveConfigs configs, Consumer<MetadataDelta> listener) {
        this.configs = configs;
        this.listener = listener;
    }

    /// The state as of the last applied event.
    public MetadataImage image() {
        return image;
    }

    /// What holds on this node, for defaults.
    public EffectiveConfigs configs() {
        return configs;
    }

    @Override
    public Decision<ControlEvent, ControlReply> decide(Command<ControlCommand> command) {
        return Decision.none();
    }

    @Override
    public void apply(long offset, ControlEvent event) {
        listener.accept(null);
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
        return false;
    }

    @Override
    public List<ControlEvent> snapshot() {
        return List.of();
    }

    @Override
    public void becomeLeader(long nowMs) {
        // Leadership carries no state of its own.
    }

    @Override
    public List<Decision.Reply<ControlReply>> resign() {
        return List.of();
    }
}
