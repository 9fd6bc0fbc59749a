package dev.tidemark.coord.group.event;

import org.apache.kafka.common.Uuid;

/// How far a group has read one partition, as it said itself.
///
/// @param offset the next offset that the group wants to read
/// @param leaderEpoch leader epoch of the last record read; -1 if the client did not say
/// @param metadata the client's own words; never null
/// @param commitTimestampMs when it was committed, milliseconds since 1970
/// @param expireTimestampMs when it ends, if an old client asked so; -1 if it did not
/// @param topicId the topic's id; `Uuid.ZERO_UUID` if it was not known
public record CommittedOffset(
        long offset,
        int leaderEpoch,
        String metadata,
        long commitTimestampMs,
        long expireTimestampMs,
        Uuid topicId) {
    /// No time: the offset lives as long as the group's rules say.
    public static final long NO_EXPIRY = -1;
}
