package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.event.CommittedOffset;
import org.apache.kafka.common.protocol.Errors;

/// A group without members, of which nothing but offsets is known.
///
/// @param known true if it has offsets: then a stale member is told so, not that there is no group
record SimpleOwner(boolean known) implements OffsetOwner {
    private static final int KNOWS_NO_GROUP_FROM = 9;

    @Override
    public Errors mayCommit(Claim claim) {
        if (claim.memberEpoch() < 0) {
            return Errors.NONE;
        }
        if (known) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        return claim.apiVersion() >= KNOWS_NO_GROUP_FROM
                ? Errors.GROUP_ID_NOT_FOUND : Errors.ILLEGAL_GENERATION;
    }

    @Override
    public Errors mayFetch(String memberId, int memberEpoch) {
        return Errors.NONE;
    }

    @Override
    public Errors mayDelete() {
        return Errors.NONE;
    }

    @Override
    public boolean reads(String topic) {
        return false;
    }

    @Override
    public long idleSinceMs(CommittedOffset offset) {
        return offset.commitTimestampMs();
    }
}
