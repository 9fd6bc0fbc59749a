package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.decide.ControlMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// This node's metadata: what the quorum has committed, never more.
///
/// The active controller is ahead of it: its machine applies an event at once. If a client could
/// see a topic that a crash can still undo, a record that was acknowledged for it could be lost
/// with it. So every node, the active controller's too, follows the committed records alone.
///
/// Confined to the quorum's loop, but for [#image].
final class MetadataFeed {
    private final ControlMachine replica;
    private final EffectiveConfigs configs;
    private final List<Consumer<MetadataDelta>> listeners = new ArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;

    MetadataFeed(EffectiveConfigs configs) {
        this.configs = configs;
        replica = new ControlMachine(configs, this::publish);
    }

    /// The metadata that is committed. Any loop may ask.
    MetadataImage image() {
        return image;
    }

    /// Tells the listener of every committed change, on the quorum's loop, right after [#image]
    /// shows it.
    void listen(Consumer<MetadataDelta> listener) {
        listeners.add(listener);
    }

    /// An event is committed.
    void committed(long offset, ControlEvent event) {
        replica.apply(offset, event);
    }

    /// Takes on a state in place of what there was: whatever differs is told as a change.
    ///
    /// @param endOffset all below is in it
    /// @param state the events that rebuild it from nothing
    void restored(long endOffset, List<ControlEvent> state) {
        check(endOffset > 0, "a snapshot is of something", endOffset);
        if (image != MetadataImage.EMPTY) {
            forgetWhatIsNotIn(endOffset, state);
        }
        state.forEach(event -> replica.apply(endOffset - 1, event));
    }

    private void forgetWhatIsNotIn(long endOffset, List<ControlEvent> state) {
        var fresh = new ControlMachine(configs, delta -> { });
        state.forEach(event -> fresh.apply(endOffset - 1, event));
        for (ControlEvent gone : Vanished.between(image, fresh.image())) {
            replica.apply(endOffset - 1, gone);
        }
    }

    /// The shortest list of events that rebuilds the image.
    List<ControlEvent> snapshot() {
        return replica.snapshot();
    }

    private void publish(MetadataDelta delta) {
        check(delta.after().offset() >= image.offset(), "metadata goes forwards",
                delta.after().offset(), image.offset());
        image = delta.after();
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).accept(delta);
        }
    }
}
