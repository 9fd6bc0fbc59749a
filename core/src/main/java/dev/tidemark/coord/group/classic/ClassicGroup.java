package dev.tidemark.coord.group.classic;

import dev.tidemark.base.BranchingMap;
import dev.tidemark.coord.group.event.LiveGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A classic consumer group as its leader knows it: members, who waits for what, and deadlines.
///
/// A decision works on a [#copy], which costs nothing; the copy becomes the state by an event, and
/// is not changed after that, but for the deadlines of its members' sessions. What a request of one
/// member asks of the whole group is counted as members come and go, not by looking at them all.
///
/// Confined to the machine. Does no I/O.
final class ClassicGroup implements LiveGroup {
    static final long NEVER_MS = Long.MAX_VALUE;
    static final String CONSUMER = "consumer";

    final String groupId;
    /// By id; changed by [#put], [#replace] and [#remove] alone.
    final BranchingMap<String, ClassicMember> members;
    /// Instance id to member id.
    final BranchingMap<String, String> instances;
    /// Ids that were given out and not used yet, with the time at which they lapse.
    final BranchingMap<String, Long> pendingJoins;
    /// Members of the new generation that have not sent SyncGroup yet.
    final BranchingMap<String, Boolean> pendingSyncs;
    /// How many members support each protocol.
    private final BranchingMap<String, Integer> supporters;
    private int waitingJoins;
    /// The earliest deadline of what was put in since this copy was made.
    private long soonestMs = NEVER_MS;

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
        members = new BranchingMap<>();
        instances = new BranchingMap<>();
        pendingJoins = new BranchingMap<>();
        pendingSyncs = new BranchingMap<>();
        supporters = new BranchingMap<>();
    }

    private ClassicGroup(ClassicGroup from) {
        groupId = from.groupId;
        members = from.members.branch();
        instances = from.instances.branch();
        pendingJoins = from.pendingJoins.branch();
        pendingSyncs = from.pendingSyncs.branch();
        supporters = from.supporters.branch();
        waitingJoins = from.waitingJoins;
    }

    ClassicGroup copy() {
        var copy = new ClassicGroup(this);
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
        var old = members.put(member.memberId(), member);
        if (old == null || !old.hasSame(member.protocols())) {
            count(old, -1);
            count(member, 1);
        }
        waitingJoins += (member.awaitsJoin() ? 1 : 0) - (old != null && old.awaitsJoin() ? 1 : 0);
        if (member.canBeLost()) {
            soonestMs = Math.min(soonestMs, member.deadlineMs());
        }
    }

    private void count(ClassicMember member, int step) {
        if (member != null) {
            for (var protocol : member.protocols()) {
                supporters.put(protocol.name(), supporters(protocol.name()) + step);
            }
        }
    }

    /// How many members support the protocol.
    int supporters(String protocolName) {
        Integer count = supporters.of(protocolName);
        return count == null ? 0 : count;
    }

    /// Gives one member's place to the same instance with another id.
    void replace(String oldId, ClassicMember member) {
        takeOut(oldId);
        put(member);
    }

    private ClassicMember takeOut(String memberId) {
        var member = members.take(memberId);
        count(member, -1);
        waitingJoins -= member != null && member.awaitsJoin() ? 1 : 0;
        return member;
    }

    /// Keeps an id for one that has to come back with it.
    void promise(String memberId, long deadlineMs) {
        pendingJoins.put(memberId, deadlineMs);
        soonestMs = Math.min(soonestMs, deadlineMs);
    }

    /// Takes a member out; the first of the others becomes leader if it was the leader.
    void remove(String memberId) {
        var member = takeOut(memberId);
        if (member != null && member.isStatic()) {
            instances.remove(member.identity().instanceId(), memberId);
        }
        pendingSyncs.remove(memberId);
        if (isLeader(memberId)) {
            leaderId = members.firstKey();
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
        return waitingJoins;
    }

    /// The earliest deadline that this copy has brought in; that may be later than one that is
    /// known already.
    long soonestMs() {
        return Math.min(soonestMs,
                Math.min(syncDeadlineMs, round == null ? NEVER_MS : round.deadlineMs()));
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
