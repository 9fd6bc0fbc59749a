package dev.tidemark.coord.group.consumer;

import dev.tidemark.base.BranchingMap;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.consumer.GroupTopics.Interest;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentRemoved;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberRemoved;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.OfConsumers;
import dev.tidemark.coord.group.event.GroupEvent.RegexRemoved;
import dev.tidemark.coord.group.event.GroupEvent.RegexStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.PartitionSet;
import dev.tidemark.coord.group.event.ResolvedRegex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// A consumer group of the newer protocol (KIP-848): its members, what each is to have, and what
/// each has.
///
/// Epochs tell old news from new. The *group epoch* rises when members or topics change; targets
/// are computed for it and carry it as *assignment epoch*; a *member epoch* is the assignment epoch
/// that the member has reached.
///
/// All but the last three fields is what the log says, or follows from it; those are the leader's
/// alone. Maps are sorted where their order can be seen. Confined to the machine. Does no I/O.
final class ConsumerGroup {
    static final long NEVER_MS = Long.MAX_VALUE;

    final String groupId;
    final BranchingMap<String, MemberSubscription> members;
    final BranchingMap<String, PartitionSet> targets;
    final BranchingMap<String, MemberAssignment> assignments;
    final BranchingMap<String, ResolvedRegex> regexes;
    /// How many members have each interest.
    final BranchingMap<Interest, Integer> interests;
    /// Instance id to member id.
    private final BranchingMap<String, String> instances;
    private final Holdings holdings;
    private int guestCount;
    /// The log has an epoch of the group; without one it is not there, whatever else is left.
    boolean exists;
    int groupEpoch;
    long metadataHash;
    boolean hasTargets;
    int assignmentEpoch;
    long assignedAtMs;

    /// When each member's silence is its end; copies only look into it.
    final Map<String, Long> sessions;
    /// Until when each member that owes something has to do it; copies only look into it.
    final Map<String, Long> revocations;
    /// The topics as of the last heartbeat that looked at them; null before.
    TopicsView topics;

    ConsumerGroup(String groupId) {
        this.groupId = groupId;
        members = new BranchingMap<>();
        targets = new BranchingMap<>();
        assignments = new BranchingMap<>();
        regexes = new BranchingMap<>();
        interests = new BranchingMap<>();
        instances = new BranchingMap<>();
        holdings = new Holdings();
        sessions = new HashMap<>();
        revocations = new HashMap<>();
    }

    private ConsumerGroup(ConsumerGroup from) {
        groupId = from.groupId;
        members = from.members.branch();
        targets = from.targets.branch();
        assignments = from.assignments.branch();
        regexes = from.regexes.branch();
        interests = from.interests.branch();
        instances = from.instances.branch();
        holdings = from.holdings.branch();
        sessions = from.sessions;
        revocations = from.revocations;
    }

    /// A copy for one decision, which costs nothing.
    ConsumerGroup copy() {
        var copy = new ConsumerGroup(this);
        copy.guestCount = guestCount;
        copy.exists = exists;
        copy.groupEpoch = groupEpoch;
        copy.metadataHash = metadataHash;
        copy.hasTargets = hasTargets;
        copy.assignmentEpoch = assignmentEpoch;
        copy.assignedAtMs = assignedAtMs;
        copy.topics = topics;
        return copy;
    }

    /// Takes an event over; drafts and the state itself do it alike.
    void apply(OfConsumers event) {
        switch (event) {
            case ConsumerGroupStored e -> {
                exists = true;
                groupEpoch = e.groupEpoch();
                metadataHash = e.metadataHash();
            }
            case ConsumerGroupRemoved _ -> {
                exists = false;
                groupEpoch = 0;
                metadataHash = 0;
            }
            case TargetEpochStored e -> targetsAre(true, e.assignmentEpoch(), e.timestampMs());
            case TargetEpochRemoved _ -> targetsAre(false, 0, 0);
            case MemberStored e -> changed(e.memberId(),
                    members.put(e.memberId(), e.value()), e.value());
            case MemberRemoved e -> changed(e.memberId(), members.take(e.memberId()), null);
            case TargetStored e -> targets.put(e.memberId(), e.value());
            case TargetRemoved e -> targets.remove(e.memberId());
            case AssignmentStored e -> holdings.change(e.memberId(),
                    assignments.put(e.memberId(), e.value()), e.value());
            case AssignmentRemoved e ->
                holdings.change(e.memberId(), assignments.take(e.memberId()), null);
            case RegexStored e -> regexes.put(e.regex(), e.value());
            case RegexRemoved e -> regexes.remove(e.regex());
        }
    }

    private void changed(String memberId, MemberSubscription before, MemberSubscription after) {
        if (before != null) {
            count(Interest.of(before), -1);
            guestCount -= before.isGuest() ? 1 : 0;
            if (memberId.equals(instances.of(before.instanceId()))) {
                instances.take(before.instanceId());
            }
        }
        if (after != null) {
            count(Interest.of(after), 1);
            guestCount += after.isGuest() ? 1 : 0;
            if (after.instanceId() != null) {
                instances.put(after.instanceId(), memberId);
            }
        }
    }

    private void count(Interest interest, int step) {
        int count = interests.getOrDefault(interest, 0) + step;
        if (count == 0) {
            interests.take(interest);
        } else {
            interests.put(interest, count);
        }
    }

    /// The epoch after this one. After the last comes the first: a negative number is a member's
    /// farewell.
    int nextEpoch() {
        return groupEpoch == Integer.MAX_VALUE ? 1 : groupEpoch + 1;
    }

    /// True if somebody else than this member holds the partition, be it only to give it up.
    boolean isHeldByOther(String memberId, Uuid topicId, int partition) {
        String holder = holdings.holder(topicId, partition);
        return holder != null && !holder.equals(memberId);
    }

    private void targetsAre(boolean there, int epoch, long timestampMs) {
        hasTargets = there;
        assignmentEpoch = epoch;
        assignedAtMs = timestampMs;
    }

    /// True if nothing of the group is left in the log.
    boolean isBlank() {
        return !exists && !hasTargets && members.isEmpty() && targets.isEmpty()
                && assignments.isEmpty() && regexes.isEmpty();
    }

    MemberAssignment assignment(String memberId) {
        return assignments.getOrDefault(memberId, MemberAssignment.INITIAL);
    }

    PartitionSet target(String memberId) {
        return targets.getOrDefault(memberId, PartitionSet.NONE);
    }

    /// True if there are members, and all of them speak the classic protocol.
    boolean hasGuestsAlone() {
        return guestCount > 0 && guestCount == members.size();
    }

    /// The member that is this instance; null if there is none.
    String memberOf(String instanceId) {
        return instances.of(instanceId);
    }

    /// True if the member has reached the present targets.
    boolean isSettled(String memberId) {
        var assignment = assignment(memberId);
        return assignment.progress() == MemberStep.STABLE
                && assignment.memberEpoch() == assignmentEpoch;
    }

    /// True if the member's subscription names the topic, or its expression stood for it.
    boolean subscribes(MemberSubscription member, String topic) {
        var resolved = member.regex() == null ? null : regexes.get(member.regex());
        return Collections.binarySearch(member.topics(), topic) >= 0
                || (resolved != null && Collections.binarySearch(resolved.topics(), topic) >= 0);
    }

    /// The earliest time at which somebody's time is over.
    long nextDeadlineMs() {
        long next = NEVER_MS;
        for (String memberId : members.keySet()) {
            next = Math.min(next, sessions.getOrDefault(memberId, NEVER_MS));
            next = Math.min(next, revocations.getOrDefault(memberId, NEVER_MS));
        }
        return next;
    }

    /// The events that rebuild what the log says.
    List<GroupEvent> snapshot() {
        List<GroupEvent> events = new ArrayList<>();
        if (exists) {
            events.add(new ConsumerGroupStored(groupId, groupEpoch, metadataHash));
        }
        regexes.forEach((regex, value) -> events.add(new RegexStored(groupId, regex, value)));
        members.forEach((id, value) -> events.add(new MemberStored(groupId, id, value)));
        if (hasTargets) {
            events.add(new TargetEpochStored(groupId, assignmentEpoch, assignedAtMs));
        }
        targets.forEach((id, value) -> events.add(new TargetStored(groupId, id, value)));
        assignments.forEach((id, value) -> events.add(new AssignmentStored(groupId, id, value)));
        return events;
    }

    /// The events that take everything of the group out of the log.
    List<OfConsumers> removal() {
        List<OfConsumers> events = new ArrayList<>();
        assignments.keySet().forEach(id -> events.add(new AssignmentRemoved(groupId, id)));
        targets.keySet().forEach(id -> events.add(new TargetRemoved(groupId, id)));
        if (hasTargets) {
            events.add(new TargetEpochRemoved(groupId));
        }
        members.keySet().forEach(id -> events.add(new MemberRemoved(groupId, id)));
        regexes.keySet().forEach(regex -> events.add(new RegexRemoved(groupId, regex)));
        if (exists) {
            events.add(new ConsumerGroupRemoved(groupId));
        }
        return events;
    }
}
