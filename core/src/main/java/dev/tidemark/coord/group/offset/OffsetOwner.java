package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.event.CommittedOffset;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// What the offsets of a group must know of the group itself.
///
/// A group without members or protocol, which only commits, is [#SIMPLE].
public interface OffsetOwner {
    /// Never, as a time.
    long NEVER_MS = Long.MAX_VALUE;

    /// A group of which nothing is known.
    OffsetOwner NONE = new SimpleOwner(false);

    /// A group of which nothing but offsets is known.
    OffsetOwner SIMPLE = new SimpleOwner(true);

    /// Whether this member may commit now.
    Errors mayCommit(Claim claim);

    /// Whether this member, which may commit, may do so for this partition.
    default Errors mayCommit(Claim claim, Uuid topicId, int partition) {
        return Errors.NONE;
    }

    /// Whether this member may read offsets now; admin clients claim no membership (null, -1).
    Errors mayFetch(String memberId, int memberEpoch);

    /// Whether single offsets may be deleted now, of topics that the group does not read.
    Errors mayDelete();

    /// True if the group is subscribed to the topic, or may be.
    boolean reads(String topic);

    /// From when on the retention of an offset counts.
    ///
    /// @return milliseconds since 1970, or [#NEVER_MS] if the offset is in use
    long idleSinceMs(CommittedOffset offset);

    /// Who says it commits.
    ///
    /// @param memberId empty for an admin client or a consumer without a group
    /// @param instanceId null for a dynamic member
    /// @param memberEpoch generation or member epoch; -1 for none
    /// @param apiVersion version of the OffsetCommit request
    record Claim(String memberId, String instanceId, int memberEpoch, int apiVersion) {
    }
}
