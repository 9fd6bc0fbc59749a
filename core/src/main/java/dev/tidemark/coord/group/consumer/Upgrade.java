package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.classic.Embedded;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.ClassicTerms;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.MemberSubscription.Origin;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.coord.group.event.StoredGroup.StoredMember;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Makes a consumer group of a classic one: its members stay in it as guests, with the partitions
/// that they have, until they come back with the newer protocol.
///
/// Confined to one decision. Does no I/O.
final class Upgrade {
    /// What the clients assigned themselves keeps nobody waiting for the first time here.
    private static final long NOT_ASSIGNED = 0;

    private final ConsumerTurn turn;
    private final ConsumerGroup group;
    private final StoredGroup classic;
    private final TopicsView topics;
    /// An assignor of the clients may err; here a partition has one owner.
    private final Map<Uuid, Set<Integer>> taken = new TreeMap<>();

    /// @param turn of a group that is blank
    /// @param classic whose bytes are understood
    Upgrade(ConsumerTurn turn, StoredGroup classic, TopicsView topics) {
        this.turn = turn;
        this.group = turn.group;
        this.classic = classic;
        this.topics = topics;
    }

    void run() {
        int epoch = classic.generationId();
        turn.emit(new ConsumerGroupStored(group.groupId, epoch, 0));
        for (var member : classic.members()) {
            String memberId = member.identity().memberId();
            HeldPartitions held = held(member);
            turn.emit(new MemberStored(group.groupId, memberId, subscription(member)));
            turn.emit(new TargetStored(group.groupId, memberId, held.partitions()));
            turn.emit(new AssignmentStored(group.groupId, memberId, new MemberAssignment(
                    epoch, epoch, MemberStep.STABLE, held, HeldPartitions.NONE)));
            turn.touch(memberId, member.timeouts().sessionMs());
        }
        turn.emit(new TargetEpochStored(group.groupId, epoch, NOT_ASSIGNED));
    }

    private MemberSubscription subscription(StoredMember member) {
        var said = Embedded.subscription(member.subscription());
        var identity = member.identity();
        return new MemberSubscription(identity.instanceId(), said.rackId(),
                new Origin(identity.clientId(), identity.clientHost()),
                said.topics().stream().sorted().distinct().toList(), null,
                member.timeouts().rebalanceMs(), null, terms(member));
    }

    /// It brings the others that it supports when it joins again.
    private ClassicTerms terms(StoredMember member) {
        return new ClassicTerms(member.timeouts().sessionMs(),
                List.of(new ClassicProtocol(classic.protocolName(), member.subscription())));
    }

    private HeldPartitions held(StoredMember member) {
        Map<Uuid, Map<Integer, Integer>> held = new TreeMap<>();
        var assignment = member.assignment().length == 0
                ? null : Embedded.assignment(member.assignment());
        if (assignment == null) {
            return HeldPartitions.NONE;
        }
        for (var topic : assignment.assignedPartitions()) {
            Uuid id = topics.idOf(topic.topic());
            if (id.equals(Uuid.ZERO_UUID)) {
                continue;
            }
            var others = taken.computeIfAbsent(id, _ -> new HashSet<>());
            for (int index : topic.partitions()) {
                if (others.add(index)) {
                    held.computeIfAbsent(id, _ -> new TreeMap<>())
                            .put(index, classic.generationId());
                }
            }
        }
        return HeldPartitions.of(held);
    }
}
