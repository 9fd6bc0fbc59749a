package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.offset.OffsetOwner;
import org.apache.kafka.common.protocol.Errors;

/// A classic group as its offsets see it.
///
/// @param group live, not to be changed
record ClassicOwner(ClassicGroup group) implements OffsetOwner {
    @Override
    public Errors mayCommit(Claim claim) {
        if (claim.memberEpoch() < 0 && group.phase == ClassicPhase.EMPTY) {
            return Errors.NONE;
        }
        boolean claimsMembership = claim.memberEpoch() >= 0
                || !claim.memberId().isEmpty() || claim.instanceId() != null;
        if (!claimsMembership) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        Errors error = Membership.check(
                group, claim.memberId(), claim.instanceId(), claim.memberEpoch());
        if (error != Errors.NONE) {
            return error;
        }
        // The generation is known, but nobody owns a partition of it yet.
        return group.phase == ClassicPhase.COMPLETING ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
    }

    @Override
    public Errors mayFetch(String memberId, int memberEpoch) {
        return Errors.NONE;
    }

    @Override
    public Errors mayDelete() {
        boolean known = group.phase == ClassicPhase.EMPTY
                || group.protocolType.equals(ClassicGroup.CONSUMER);
        return known ? Errors.NONE : Errors.NON_EMPTY_GROUP;
    }

    @Override
    public boolean reads(String topic) {
        boolean isOfConsumers = group.protocolType.equals(ClassicGroup.CONSUMER);
        return group.topics == null ? isOfConsumers : group.topics.contains(topic);
    }

    @Override
    public long idleSinceMs(CommittedOffset offset) {
        if (group.protocolType.isEmpty()) {
            return offset.commitTimestampMs();
        }
        return switch (group.phase) {
            case EMPTY -> group.phaseSinceMs < 0 ? offset.commitTimestampMs() : group.phaseSinceMs;
            case STABLE -> group.topics == null ? NEVER_MS : offset.commitTimestampMs();
            case PREPARING, COMPLETING -> NEVER_MS;
        };
    }
}
