package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.LiveGroup;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.coord.group.offset.OffsetOwner;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.Errors;

/// The classic groups of one coordinator: what its log keeps of each, and, on the leader, who is
/// there now.
///
/// Confined to the machine. Does no I/O.
public final class ClassicGroups {
    private final Map<String, StoredGroup> stored = new TreeMap<>();
    private final Map<String, ClassicGroup> live = new HashMap<>();

    /// True if there is such a classic group.
    public boolean has(String groupId) {
        return live.containsKey(groupId);
    }

    /// True if there is such a group and it has no members, nor ids given out.
    public boolean isVacant(String groupId) {
        return live.get(groupId).isVacant();
    }

    /// True if there is such a group and it has no members; ids may have been given out.
    public boolean isEmpty(String groupId) {
        return live.get(groupId).phase == ClassicPhase.EMPTY;
    }

    /// True if the log keeps something of the group.
    public boolean isStored(String groupId) {
        return stored.containsKey(groupId);
    }

    /// All group ids, sorted.
    public Collection<String> groupIds() {
        return new TreeSet<>(live.keySet());
    }

    /// Keeps what the log says of a group.
    public void store(String groupId, StoredGroup group) {
        stored.put(groupId, group);
    }

    /// Forgets the group.
    public void remove(String groupId) {
        stored.remove(groupId);
        live.remove(groupId);
    }

    /// Takes over a live state; null for none.
    ///
    /// @return the earliest deadline that it brings, milliseconds since 1970; `Long.MAX_VALUE` for
    ///     none
    public long change(String groupId, LiveGroup state) {
        if (state == null) {
            live.remove(groupId);
            return ClassicGroup.NEVER_MS;
        }
        var group = (ClassicGroup) state;
        live.put(groupId, group);
        return group.soonestMs();
    }

    /// Moves the end of a member's session.
    public void touch(String groupId, String memberId, long deadlineMs) {
        var group = live.get(groupId);
        var member = group == null ? null : group.member(memberId);
        if (member != null) {
            group.put(member.withDeadline(deadlineMs));
        }
    }

    /// Leadership begins: each group of the log comes alive, with sessions that start now. One that
    /// has more members than may be has them all join again, as many as there is room for.
    public void becomeLeader(long nowMs, int maxSize) {
        stored.forEach((groupId, group) -> {
            var fresh = Stores.toLive(groupId, group, nowMs);
            if (fresh.members.size() > maxSize) {
                Rebalance.shrink(fresh, nowMs);
            }
            live.put(groupId, fresh);
        });
    }

    /// The earliest deadline of a group; `Long.MAX_VALUE` for none.
    public long nextDeadlineMs(String groupId) {
        var group = live.get(groupId);
        return group == null ? ClassicGroup.NEVER_MS : group.nextDeadlineMs();
    }

    /// Answers everything that waits, then forgets everything.
    public void resign(Outcome<GroupReply> outcome) {
        for (String groupId : groupIds()) {
            for (var member : live.get(groupId).members.values()) {
                if (member.awaitsJoin()) {
                    outcome.answer(member.joinTicket(),
                            new GroupReply.Refused(Errors.NOT_COORDINATOR));
                }
                if (member.awaitsSync()) {
                    outcome.answer(member.syncTicket(),
                            new GroupReply.Refused(Errors.NOT_COORDINATOR));
                }
            }
        }
        stored.clear();
        live.clear();
    }

    /// Adds the events that rebuild what the log keeps.
    public void snapshotInto(List<GroupEvent> events) {
        stored.forEach((groupId, group) -> events.add(new ClassicStored(groupId, group)));
    }

    /// What the offsets of a group that is there need to know of it.
    public OffsetOwner owner(String groupId) {
        return new ClassicOwner(live.get(groupId));
    }

    /// The live group; null if there is none.
    ClassicGroup get(String groupId) {
        return live.get(groupId);
    }
}
