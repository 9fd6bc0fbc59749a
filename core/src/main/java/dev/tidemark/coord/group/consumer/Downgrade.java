package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.classic.Embedded;
import dev.tidemark.coord.group.event.MemberIdentity;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.MemberTimeouts;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.coord.group.event.StoredGroup.StoredMember;
import java.util.ArrayList;
import java.util.List;

/// The way back: a consumer group whose members all speak the classic protocol becomes a classic
/// group, and rebalances as such.
///
/// Stateless. Does no I/O.
final class Downgrade {
    private static final String CONSUMER = "consumer";

    private Downgrade() {
    }

    /// Does it, if there is nobody else in the group and the operator allows it.
    ///
    /// @return true if it is done: the turn has no group any more
    static boolean run(ConsumerTurn turn) {
        if (!isDue(turn)) {
            return false;
        }
        var group = turn.group;
        StoredGroup heritage = heritage(group, sharedProtocol(group), turn.calendarMs());
        group.removal().forEach(turn::emit);
        turn.giveTo(heritage);
        return true;
    }

    /// Before anybody has joined since the coordinator started, there are no names of topics to
    /// write assignments with: then it waits.
    private static boolean isDue(ConsumerTurn turn) {
        var group = turn.group;
        return group.topics != null && turn.rules.migration().allowsDowngrade()
                && group.hasGuestsAlone() && turn.isInheritable() && sharedProtocol(group) != null;
    }

    /// Members come with what they said last, and with what they have: one that asks before all
    /// have joined again may go on with that.
    private static StoredGroup heritage(ConsumerGroup group, String protocol,
            long calendarMs) {
        List<StoredMember> members = new ArrayList<>(group.members.size());
        group.members.forEach((memberId, member) -> members.add(new StoredMember(
                new MemberIdentity(memberId, member.instanceId(),
                        member.origin().clientId(), member.origin().clientHost()),
                new MemberTimeouts(member.classic().sessionMs(), member.rebalanceTimeoutMs()),
                metadata(member, protocol), assignment(group, memberId, protocol))));
        return new StoredGroup(CONSUMER, group.groupEpoch, protocol, group.members.firstKey(),
                calendarMs, members);
    }

    private static byte[] assignment(ConsumerGroup group, String memberId, String protocol) {
        return Embedded.write(group.assignment(memberId).assigned().partitions(),
                metadata(group.members.of(memberId), protocol), group.topics);
    }

    /// The first protocol of the first member that all others support; null if there is none.
    private static String sharedProtocol(ConsumerGroup group) {
        var first = group.members.get(group.members.firstKey());
        for (var protocol : first.classic().protocols()) {
            boolean shared = true;
            for (var member : group.members.values()) {
                shared &= metadata(member, protocol.name()) != null;
            }
            if (shared) {
                return protocol.name();
            }
        }
        return null;
    }

    private static byte[] metadata(MemberSubscription member, String protocol) {
        for (var supported : member.classic().protocols()) {
            if (supported.name().equals(protocol)) {
                return supported.metadata();
            }
        }
        return null;
    }
}
