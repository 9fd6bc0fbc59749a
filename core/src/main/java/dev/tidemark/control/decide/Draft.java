package dev.tidemark.control.decide;

import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.MetadataReplay;
import dev.tidemark.machine.Decision;
import java.util.ArrayList;
import java.util.List;

/// A decision in the making: the events so far, and the image as it will be with them, so that a
/// command's second part sees what its first part does. Images share structure, so looking ahead
/// costs little, and the machine's own state stays as it is.
///
/// Confined to one call of decide. Does no I/O.
final class Draft {
    private final ArrayList<ControlEvent> events = new ArrayList<>();
    private MetadataImage image;

    Draft(MetadataImage image) {
        this.image = image;
    }

    MetadataImage image() {
        return image;
    }

    /// The number of events so far.
    int size() {
        return events.size();
    }

    void add(ControlEvent event) {
        events.add(event);
        image = MetadataReplay.apply(image, image.offset(), event).after();
    }

    /// All events, or none if the caller only wanted to know.
    Decision<ControlEvent, ControlReply> decision(
            long ticket, ControlReply reply, ControlCommand.Effect effect) {
        return switch (effect) {
            case COMMIT -> new Decision<>(List.copyOf(events),
                    List.of(new Decision.Reply<>(ticket, reply)));
            case VALIDATE_ONLY -> Decision.reply(ticket, reply);
        };
    }
}
