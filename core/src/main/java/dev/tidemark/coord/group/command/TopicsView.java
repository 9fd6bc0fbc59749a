package dev.tidemark.coord.group.command;

import java.util.Collection;
import org.apache.kafka.common.Uuid;

/// The topics as of one moment, handed to the group machine with a command: a value, although it
/// may be a window on a larger image.
///
/// Immutable: every answer stays the same for the life of the view.
public interface TopicsView {
    /// Rises with every change of topics; equal numbers mean equal answers.
    long version();

    /// The topic's id; `Uuid.ZERO_UUID` if there is no such topic.
    Uuid idOf(String topic);

    /// The topic's name; null if there is no such topic.
    String nameOf(Uuid topicId);

    /// How many partitions the topic has; 0 if there is no such topic.
    int partitionCount(String topic);

    /// All names, sorted.
    Collection<String> names();
}
