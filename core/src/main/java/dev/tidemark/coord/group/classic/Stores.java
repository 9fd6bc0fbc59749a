package dev.tidemark.coord.group.classic;

import static dev.tidemark.coord.group.classic.ClassicMember.NO_TICKET;

import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.coord.group.event.StoredGroup.StoredMember;
import java.util.ArrayList;
import java.util.List;

/// The two ways between a live group and what its log keeps.
///
/// Stateless. Does no I/O.
final class Stores {
    private Stores() {
    }

    static StoredGroup toStored(ClassicGroup group) {
        List<StoredMember> members = new ArrayList<>(group.members.size());
        for (var member : group.members.values()) {
            byte[] subscription = member.metadata(group.protocolName);
            members.add(new StoredMember(member.identity(), member.timeouts(),
                    subscription == null ? ClassicMember.NOTHING : subscription,
                    member.assignment()));
        }
        return new StoredGroup(group.protocolType, group.generationId, group.protocolName,
                group.leaderId, group.phaseSinceMs, members);
    }

    /// The group as a new leader takes it over: every session starts anew.
    static ClassicGroup toLive(String groupId, StoredGroup stored, long nowMs) {
        var group = new ClassicGroup(groupId);
        group.protocolType = stored.protocolType();
        group.protocolName = stored.protocolName();
        group.generationId = stored.generationId();
        group.leaderId = stored.leaderId();
        group.phaseSinceMs = stored.stateTimestampMs();
        group.phase = stored.members().isEmpty() ? ClassicPhase.EMPTY : ClassicPhase.STABLE;
        for (var member : stored.members()) {
            var protocol = new ClassicProtocol(
                    stored.protocolName() == null ? "" : stored.protocolName(),
                    member.subscription());
            group.put(new ClassicMember(member.identity(), member.timeouts(), List.of(protocol),
                    member.assignment(), NO_TICKET, NO_TICKET, false,
                    nowMs + member.timeouts().sessionMs()));
            if (member.identity().instanceId() != null) {
                group.instances.put(member.identity().instanceId(), member.identity().memberId());
            }
        }
        group.topics = Subscriptions.of(group);
        return group;
    }
}
