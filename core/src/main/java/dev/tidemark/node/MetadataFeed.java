package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Publishes metadata once it is committed, never before.
///
/// The control machine is ahead of the disk: it applies an event at once. If a client could see a
/// topic that a crash can still undo, a record that was acknowledged for it could be lost with it.
/// So deltas wait here until the log's committed end has passed them.
///
/// Confined to the metadata log's loop, but for [#image].
final class MetadataFeed {
    private final ArrayDeque<MetadataDelta> uncommitted = new ArrayDeque<>();
    private final List<Consumer<MetadataDelta>> listeners = new ArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;

    /// The metadata that is committed. Any loop may ask.
    MetadataImage image() {
        return image;
    }

    /// Tells the listener of every committed change, on the metadata log's loop, right after
    /// [#image] shows it.
    void listen(Consumer<MetadataDelta> listener) {
        listeners.add(listener);
    }

    /// The machine has applied an event.
    void applied(MetadataDelta delta) {
        uncommitted.add(delta);
    }

    /// All events below `endOffset` are committed.
    void committed(long endOffset) {
        while (!uncommitted.isEmpty() && uncommitted.peekFirst().after().offset() < endOffset) {
            MetadataDelta delta = uncommitted.removeFirst();
            check(delta.after().offset() >= image.offset(), "metadata goes forwards",
                    delta.after().offset(), image.offset());
            image = delta.after();
            for (int i = 0; i < listeners.size(); i++) {
                listeners.get(i).accept(delta);
            }
        }
    }
}
