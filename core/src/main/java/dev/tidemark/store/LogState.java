package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import org.apache.kafka.common.Uuid;

/// What a checkpoint remembers of one log.
///
/// @param name the log's directory, as `orders-3`
/// @param topicId its topic's identity: what it says holds for no other topic of that name
/// @param logStartOffset the first offset still served
/// @param recoveryPoint all below is synced in the segments (exclusive)
record LogState(String name, Uuid topicId, long logStartOffset, long recoveryPoint) {
    LogState {
        check(!name.isEmpty(), "a log has a name");
        check(logStartOffset >= 0 && recoveryPoint >= 0, "offsets are not negative",
                logStartOffset, recoveryPoint);
    }
}
