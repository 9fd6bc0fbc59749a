package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import org.apache.kafka.common.Uuid;

/// A log directory that was found on disk.
///
/// @param name as `orders-3`
/// @param topicId from its `partition.metadata`; null if that is missing or unreadable
public record StoredLog(String name, Uuid topicId) {
    /// Checks the name.
    public StoredLog {
        check(DirNames.isLog(name), "a log is named by topic and partition");
    }
}
