package dev.tidemark.replica;

import org.apache.kafka.common.Uuid;

/// Which partition: its topic by name and by id, and its number.
///
/// Two topics that bore the same name one after the other differ by id.
///
/// @param topic the topic's name
/// @param topicId the topic's id
/// @param index the partition's number, from 0
public record PartitionId(String topic, Uuid topicId, int index) {
    /// The name of its directory: `<topic>-<index>`.
    public String directory() {
        return topic + "-" + index;
    }

    @Override
    public String toString() {
        return directory();
    }
}
