package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.event.LiveGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A classic consumer group as its leader knows it: members, who waits for what, and deadlines.
///
/// A decision works on a [#copy]; the copy becomes the state by an event, and is not changed
/// after that, but for the deadlines of its members' sessions. Members keep the order in which
/// they came, so that the next leader is the same on every run.
///
/// Confined to the machine. Does no I/O.
final class ClassicGroup implements LiveGroup {
    static final long NEVER_MS = Long.MAX_VALUE;
    static final String CONSUMER = "consumer";

    final String groupId;
    final Map<String, ClassicMember> members = new LinkedHashMap<>();
    /// Instance id to member id.
    final Map<String, String> instances = new LinkedHashMap<>();
    /// Ids that were given out and not used yet, with the time at which they lapse.
    final Map<String, Long> pendingJoins = new LinkedHashMap<>();
    /// Members of the new generation that have not sent SyncGroup yet.
    final Set<String> pendingSyncs = new LinkedHashSet<>();

    ClassicPhase phase = ClassicPhase.EMPTY;
    long phaseSinceMs = -1;
    /// Empty if the group never had a member.
    String protocolType = "";
    /// Null while the group is empty.
    String protocolName;
    int generationId;
    /// Null if there is none.
    String leaderId;
    /// Null outside of PREPARING.
    JoinRound round;
    /// When those of the generation that have not synced are dropped; NEVER_MS before it begins.
    long syncDeadlineMs = NEVER_MS;
    /// What a generation of consumers reads; null if that is not known.
    Set<String> topics;

    ClassicGroup(String groupId) {
        this.groupId = groupId;
    }

    ClassicGroup copy() {
        var copy = new ClassicGroup(groupId);
        copy.members.putAll(members);
        copy.instances.putAll(instances);
        copy.pendingJoins.putAll(pendingJoins);
        copy.pendingSyncs.addAll(pendingSyncs);
        copy.phase = phase;
        copy.phaseSinceMs = phaseSinceMs;
        copy.protocolType = protocolType;
        copy.protocolName = protocolName;
        copy.generationId = generationId;
        copy.leaderId = leaderId;
        copy.round = round;
        copy.syncDeadlineMs = syncDeadlineMs;
        copy.topics = topics;
        return copy;
    }

    ClassicMember member(String memberId) {
        return members.get(memberId);
    }

    boolean isLeader(String memberId) {
        return memberId.equals(leaderId);
    }

    /// True if nothing at all is known that only this object holds.
    boolean isVacant() {
        return phase == ClassicPhase.EMPTY && members.isEmpty() && pendingJoins.isEmpty();
    }

    void put(ClassicMember member) {
        members.put(member.memberId(), member);
    }

    /// Takes a member out; the oldest of the others becomes leader if it was the leader.
    void remove(String memberId) {
        var member = members.remove(memberId);
        if (member != null && member.isStatic()) {
            instances.remove(member.identity().instanceId(), memberId);
        }
        pendingSyncs.remove(memberId);
        if (isLeader(memberId)) {
            leaderId = members.isEmpty() ? null : members.keySet().iterator().next();
        }
    }

    /// The number of the generation after this one. After the last comes the first: a negative
    /// number stands for none.
    int nextGenerationId() {
        return generationId == Integer.MAX_VALUE ? 1 : generationId + 1;
    }

    boolean everybodyJoined() {
        return pendingJoins.isEmpty() && waitingJoins() == members.size();
    }

    int waitingJoins() {
        int count = 0;
        for (var member : members.values()) {
            count += member.awaitsJoin() ? 1 : 0;
        }
        return count;
    }

    /// The longest that any member asks a rebalance to wait.
    int rebalanceTimeoutMs() {
        int longest = 0;
        for (var member : members.values()) {
            longest = Math.max(longest, member.timeouts().rebalanceMs());
        }
        return longest;
    }

    /// The earliest time at which a deadline in here may pass.
    long nextDeadlineMs() {
        long next = Math.min(syncDeadlineMs, round == null ? NEVER_MS : round.deadlineMs());
        for (long deadlineMs : pendingJoins.values()) {
            next = Math.min(next, deadlineMs);
        }
        for (var member : members.values()) {
            next = member.canBeLost() ? Math.min(next, member.deadlineMs()) : next;
        }
        return next;
    }

    /// All that there is, in one order.
    private List<Object> parts() {
        return Arrays.asList(groupId, new ArrayList<>(members.values()), instances, pendingJoins,
                pendingSyncs, phase, phaseSinceMs, protocolType, protocolName, generationId,
                leaderId, round, syncDeadlineMs, topics);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassicGroup group && parts().equals(group.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }
}
