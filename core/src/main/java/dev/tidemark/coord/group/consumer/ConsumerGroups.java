package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.MemberRemoved;
import dev.tidemark.coord.group.event.GroupEvent.OfConsumers;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.offset.OffsetOwner;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The consumer groups of one coordinator.
///
/// Confined to the machine. Does no I/O.
public final class ConsumerGroups {
    private final SortedMap<String, ConsumerGroup> groups = new TreeMap<>();
    private final ConsumerTimes.ByGroup times;

    /// @param times asked when leadership begins, for sessions that nobody has prolonged yet, and
    ///     when partitions may have to be shared out
    public ConsumerGroups(ConsumerTimes.ByGroup times) {
        this.times = times;
    }

    /// True if there is such a consumer group.
    public boolean has(String groupId) {
        return get(groupId) != null;
    }

    /// True if there is such a group and nobody is in it.
    public boolean isVacant(String groupId) {
        return get(groupId).members.isEmpty();
    }

    /// All group ids, sorted.
    public Collection<String> groupIds() {
        Collection<String> ids = new TreeSet<>();
        for (var group : groups.values()) {
            if (group.exists) {
                ids.add(group.groupId);
            }
        }
        return ids;
    }

    /// Takes an event over. Records may come in any order that cleaning leaves.
    ///
    /// @return true if nothing of the group is left
    public boolean apply(OfConsumers event) {
        var group = groups.computeIfAbsent(event.groupId(), ConsumerGroup::new);
        group.apply(event);
        if (event instanceof MemberRemoved gone) {
            group.sessions.remove(gone.memberId());
            group.revocations.remove(gone.memberId());
        }
        if (group.isBlank()) {
            groups.remove(event.groupId());
        }
        return group.isBlank();
    }

    /// Moves the end of a member's session.
    public void touch(String groupId, String memberId, long deadlineMs) {
        groups.get(groupId).sessions.put(memberId, deadlineMs);
    }

    /// Sets, moves or ends (`Long.MAX_VALUE`) the time that a member has to give partitions up.
    public void timeRevocation(String groupId, String memberId, long deadlineMs) {
        var revocations = groups.get(groupId).revocations;
        if (deadlineMs == ConsumerGroup.NEVER_MS) {
            revocations.remove(memberId);
        } else {
            revocations.put(memberId, deadlineMs);
        }
    }

    /// Remembers the topics that the group has taken note of.
    public void see(String groupId, TopicsView topics) {
        groups.get(groupId).topics = topics;
    }

    /// Leadership begins: every session, and every time to give something up, starts now.
    public void becomeLeader(long nowMs) {
        for (var group : groups.values()) {
            int sessionMs = times.of(group.groupId).sessionMs();
            group.members.forEach((memberId, member) -> {
                group.sessions.put(memberId,
                        nowMs + (member.isGuest() ? member.classic().sessionMs() : sessionMs));
                boolean revokes =
                        group.assignment(memberId).progress() == MemberStep.REVOKING;
                if (revokes && !member.isGuest()) {
                    group.revocations.put(memberId,
                            nowMs + Math.max(0, member.rebalanceTimeoutMs()));
                }
            });
        }
    }

    /// The earliest deadline of a group; `Long.MAX_VALUE` for none.
    public long nextDeadlineMs(String groupId) {
        var group = get(groupId);
        return group == null ? ConsumerGroup.NEVER_MS : group.nextDeadlineMs();
    }

    /// Forgets everything.
    public void clear() {
        groups.clear();
    }

    /// Adds the events that rebuild what the log says.
    public void snapshotInto(List<GroupEvent> events) {
        groups.values().forEach(group -> events.addAll(group.snapshot()));
    }

    /// What the offsets of a group that is there need to know of it.
    public OffsetOwner owner(String groupId) {
        return new ConsumerOwner(get(groupId));
    }

    /// The events that take the whole group away.
    public List<OfConsumers> removal(String groupId) {
        return get(groupId).removal();
    }

    /// What admins have set for single groups.
    ConsumerTimes.ByGroup times() {
        return times;
    }

    /// The group; null if there is none.
    ConsumerGroup get(String groupId) {
        var group = groups.get(groupId);
        return group == null || !group.exists ? null : group;
    }
}
