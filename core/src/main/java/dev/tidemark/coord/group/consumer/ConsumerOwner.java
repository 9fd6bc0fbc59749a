package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.offset.OffsetOwner;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// A consumer group as its offsets see it.
///
/// @param group not to be changed
record ConsumerOwner(ConsumerGroup group) implements OffsetOwner {
    private static final int KNOWS_EPOCHS_FROM = 9;

    @Override
    public Errors mayCommit(Claim claim) {
        if (claim.memberEpoch() < 0 && group.members.isEmpty()) {
            return Errors.NONE;
        }
        if (!group.members.containsKey(claim.memberId())) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        if (isGuest(claim.memberId())) {
            return claim.memberEpoch() == group.assignment(claim.memberId()).memberEpoch()
                    ? Errors.NONE : Errors.ILLEGAL_GENERATION;
        }
        if (claim.apiVersion() < KNOWS_EPOCHS_FROM) {
            return Errors.UNSUPPORTED_VERSION;
        }
        return claim.memberEpoch() > group.assignment(claim.memberId()).memberEpoch()
                ? Errors.STALE_MEMBER_EPOCH : Errors.NONE;
    }

    /// An older epoch is as good as the present one for partitions that the member has held since.
    @Override
    public Errors mayCommit(Claim claim, Uuid topicId, int partition) {
        var assignment = group.assignment(claim.memberId());
        if (group.members.isEmpty() || claim.memberEpoch() == assignment.memberEpoch()) {
            return Errors.NONE;
        }
        int givenAt = assignment.epochOf(topicId, partition);
        boolean heldSince = givenAt != HeldPartitions.NOT_HELD && claim.memberEpoch() >= givenAt;
        return heldSince ? Errors.NONE : Errors.STALE_MEMBER_EPOCH;
    }

    @Override
    public Errors mayFetch(String memberId, int memberEpoch) {
        if (memberId == null && memberEpoch < 0) {
            return Errors.NONE;
        }
        if (memberId == null || !group.members.containsKey(memberId)) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        if (memberEpoch == group.assignment(memberId).memberEpoch()) {
            return Errors.NONE;
        }
        return isGuest(memberId) ? Errors.ILLEGAL_GENERATION : Errors.STALE_MEMBER_EPOCH;
    }

    private boolean isGuest(String memberId) {
        return group.members.get(memberId).isGuest();
    }

    @Override
    public Errors mayDelete() {
        return Errors.NONE;
    }

    @Override
    public boolean reads(String topic) {
        for (var member : group.members.values()) {
            if (group.subscribes(member, topic)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long idleSinceMs(CommittedOffset offset) {
        return offset.commitTimestampMs();
    }
}
