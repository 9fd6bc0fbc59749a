package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Moves one member one step towards its target: first it gives up what it is not to have, then
/// it takes what is free, then it waits for what others still have to give up.
///
/// Invariant: a partition is held by at most one member, revoking included.
/// Confined to one decision. Does no I/O.
final class Reconciling {
    private final ConsumerTurn turn;
    private final ConsumerGroup group;
    private final String memberId;
    private final MemberAssignment before;
    /// What the member says it owns; null if it does not say.
    private final PartitionSet owned;
    private final TopicsView topics;

    Reconciling(ConsumerTurn turn, String memberId, PartitionSet owned, TopicsView topics) {
        this.topics = topics;
        this.turn = turn;
        this.group = turn.group;
        this.memberId = memberId;
        this.before = group.assignment(memberId);
        this.owned = owned;
    }

    /// True if nobody else holds any more what the member is to have.
    static boolean canTakeAll(ConsumerGroup group, String memberId) {
        for (var topic : group.target(memberId).byTopic().entrySet()) {
            for (int index : topic.getValue()) {
                if (group.isHeldByOther(memberId, topic.getKey(), index)) {
                    return false;
                }
            }
        }
        return true;
    }

    void run() {
        MemberAssignment after = next();
        boolean known = group.assignments.containsKey(memberId);
        if (!known || !after.equals(before)) {
            turn.emit(new AssignmentStored(group.groupId, memberId, after));
        }
        if (group.members.get(memberId).isGuest()) {
            // A guest is told by its heartbeats, and its time runs from there.
            return;
        }
        if (after.progress() != MemberStep.REVOKING) {
            turn.endRevocation(memberId);
        } else if (!after.equals(before)) {
            turn.timeRevocation(memberId);
        }
    }

    private MemberAssignment next() {
        return switch (before.progress()) {
            case STABLE -> before.memberEpoch() == group.assignmentEpoch && !lags()
                    ? before : step();
            case REVOKING -> owns(before.revoking()) ? before : step();
            case WAITING, UNKNOWN -> step();
        };
    }

    /// True if the group has changed since the targets were computed.
    private boolean lags() {
        return group.assignmentEpoch != group.groupEpoch;
    }

    /// What the member is to have; of targets that lag behind, only what it still subscribes to.
    private PartitionSet target() {
        PartitionSet target = group.target(memberId);
        if (!lags()) {
            return target;
        }
        var member = group.members.get(memberId);
        Map<Uuid, List<Integer>> wanted = new TreeMap<>();
        target.byTopic().forEach((topicId, indexes) -> {
            String name = topics.nameOf(topicId);
            if (name != null && group.subscribes(member, name)) {
                wanted.put(topicId, indexes);
            }
        });
        return wanted.size() == target.byTopic().size() ? target : PartitionSet.of(wanted);
    }

    private MemberAssignment step() {
        PartitionSet target = target();
        Map<Uuid, Map<Integer, Integer>> kept = new TreeMap<>();
        Map<Uuid, Map<Integer, Integer>> dropped = new TreeMap<>();
        before.assigned().byTopic().forEach((topicId, epochs) -> epochs.forEach((index, epoch) ->
                (target.contains(topicId, index) ? kept : dropped)
                        .computeIfAbsent(topicId, _ -> new TreeMap<>()).put(index, epoch)));
        HeldPartitions revoking = HeldPartitions.of(dropped);
        if (!revoking.isEmpty() && owns(revoking)) {
            return new MemberAssignment(before.memberEpoch(), before.previousEpoch(),
                    MemberStep.REVOKING, HeldPartitions.of(kept), revoking);
        }
        boolean allTaken = takeFree(target, kept);
        int epoch = group.assignmentEpoch;
        int previous = epoch == before.memberEpoch()
                ? before.previousEpoch() : before.memberEpoch();
        return new MemberAssignment(epoch, previous,
                allTaken ? MemberStep.STABLE : MemberStep.WAITING,
                HeldPartitions.of(kept), HeldPartitions.NONE);
    }

    /// Adds what the member is to have and nobody else holds.
    ///
    /// @return false if there is more that it is to have
    private boolean takeFree(PartitionSet target, Map<Uuid, Map<Integer, Integer>> kept) {
        boolean allTaken = true;
        for (var topic : target.byTopic().entrySet()) {
            var mine = kept.computeIfAbsent(topic.getKey(), _ -> new TreeMap<>());
            for (int index : topic.getValue()) {
                if (!mine.containsKey(index)
                        && group.isHeldByOther(memberId, topic.getKey(), index)) {
                    allTaken = false;
                } else {
                    mine.putIfAbsent(index, group.assignmentEpoch);
                }
            }
        }
        return allTaken;
    }

    /// Whether the member may still own some of these: if it does not say, it may.
    private boolean owns(HeldPartitions held) {
        if (owned == null) {
            return true;
        }
        for (var topic : owned.byTopic().entrySet()) {
            var ofTopic = held.of(topic.getKey());
            for (int index : topic.getValue()) {
                if (ofTopic.containsKey(index)) {
                    return true;
                }
            }
        }
        return false;
    }
}
