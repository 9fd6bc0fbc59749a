package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.PartitionSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.protocol.Errors;

/// Whether a heartbeat comes from a member, or from one that may become one.
///
/// Stateless. Does no I/O.
final class Arrivals {
    private Arrivals() {
    }

    /// A member joins, or joins again, with epoch 0.
    ///
    /// @return null if it may; a static one then has the place of the one it replaces
    static Refusal join(
            ConsumerTurn turn, ConsumerGroupHeartbeatRequestData request, String memberId) {
        var group = turn.group;
        String instanceId = request.instanceId();
        String present = instanceId == null ? null : group.memberOf(instanceId);
        boolean isNew = present == null && !group.members.containsKey(memberId);
        if (isNew && group.members.size() >= turn.rules.maxSize()) {
            return new Refusal(Errors.GROUP_MAX_SIZE_REACHED, "The consumer group has reached its"
                    + " maximum capacity of " + turn.rules.maxSize() + " members.");
        }
        if (present != null) {
            return joinStatic(turn, request, memberId, present);
        }
        return null;
    }

    private static Refusal joinStatic(ConsumerTurn turn,
            ConsumerGroupHeartbeatRequestData request, String memberId, String present) {
        var assignment = turn.group.assignment(present);
        boolean away = assignment.memberEpoch() == MemberAssignment.AWAY_EPOCH;
        boolean replacesGuest = turn.group.members.get(present).isGuest();
        if (!present.equals(memberId) && !away && !replacesGuest) {
            return new Refusal(Errors.UNRELEASED_INSTANCE_ID, "Static member " + memberId
                    + " with instance id " + request.instanceId()
                    + " cannot join the group because the instance id is used by " + present + ".");
        }
        if (away || replacesGuest) {
            takePlace(turn, present, memberId);
        }
        return null;
    }

    /// Gives one member's place, with its target and partitions, to another or to itself.
    static void takePlace(ConsumerTurn turn, String from, String to) {
        var group = turn.group;
        var subscription = group.members.get(from);
        PartitionSet target = group.target(from);
        HeldPartitions held = group.assignment(from).assigned();
        if (!from.equals(to)) {
            Departures.remove(turn, from);
            turn.emit(new MemberStored(group.groupId, to, subscription));
            turn.emit(new TargetStored(group.groupId, to, target));
        }
        turn.emit(new AssignmentStored(group.groupId, to, new MemberAssignment(
                0, 0, MemberStep.STABLE, held, HeldPartitions.NONE)));
    }

    /// A member goes on with the epoch that it has.
    ///
    /// @param owned what it says it owns; null if it does not say
    /// @return null if it may
    static Refusal goOn(ConsumerGroup group, ConsumerGroupHeartbeatRequestData request,
            PartitionSet owned) {
        Refusal refusal = known(group, request.memberId(), request.instanceId());
        if (refusal != null) {
            return refusal;
        }
        var assignment = group.assignment(request.memberId());
        int epoch = request.memberEpoch();
        // The answer that raised the epoch may have been lost; then the member still has no more
        // than what it was assigned.
        boolean missedOne = epoch < assignment.memberEpoch()
                && epoch == assignment.previousEpoch()
                && owned != null && isWithin(owned, assignment.assigned());
        // Where it stands is unknown only if a later version wrote it: it starts from nothing.
        boolean unclear = assignment.progress() == MemberStep.UNKNOWN
                && (owned == null || !owned.isEmpty());
        if (!unclear && (epoch == assignment.memberEpoch() || missedOne)) {
            return null;
        }
        return new Refusal(Errors.FENCED_MEMBER_EPOCH, "The consumer group member has the epoch "
                + epoch + ", but the group coordinator knows " + assignment.memberEpoch()
                + ". The member must abandon all its partitions and rejoin.");
    }

    /// Whether this is a member, and, if it names an instance, the one that is it now.
    static Refusal known(ConsumerGroup group, String memberId, String instanceId) {
        String present = instanceId == null ? memberId : group.memberOf(instanceId);
        if (present == null || !group.members.containsKey(present)) {
            return new Refusal(Errors.UNKNOWN_MEMBER_ID, "Member " + memberId
                    + " is not a member of group " + group.groupId + ".");
        }
        if (!present.equals(memberId)) {
            return new Refusal(Errors.FENCED_INSTANCE_ID, "Static member " + memberId
                    + " with instance id " + instanceId + " was fenced by member " + present + ".");
        }
        return null;
    }

    private static boolean isWithin(PartitionSet owned, HeldPartitions assigned) {
        for (var topic : owned.byTopic().entrySet()) {
            if (!assigned.of(topic.getKey()).keySet().containsAll(topic.getValue())) {
                return false;
            }
        }
        return true;
    }
}
