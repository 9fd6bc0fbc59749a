package dev.tidemark.coord.group.consumer;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.Errors;

/// Whether a request of the classic protocol comes from a guest of a consumer group, or from one
/// that may become a guest.
///
/// Stateless. Does no I/O.
final class Invitations {
    private Invitations() {
    }

    /// JoinGroup, whose protocols are those of consumers.
    static Errors check(ConsumerTurn turn, JoinGroupRequestData request) {
        var group = turn.group;
        String instanceId = request.groupInstanceId();
        String present = instanceId == null ? null : group.memberOf(instanceId);
        boolean isNew = present == null && !group.members.containsKey(request.memberId());
        if (isNew && group.members.size() >= turn.rules.maxSize()) {
            return Errors.GROUP_MAX_SIZE_REACHED;
        }
        if (!sharesOne(group, request)) {
            return Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (instanceId == null || request.memberId().isEmpty()) {
            return Errors.NONE;
        }
        Refusal refusal = Arrivals.known(group, request.memberId(), instanceId);
        return refusal == null ? Errors.NONE : refusal.error();
    }

    /// True if all guests support one of the protocols: the group may have to be a classic one
    /// again.
    private static boolean sharesOne(ConsumerGroup group, JoinGroupRequestData request) {
        int guests = 0;
        Map<String, Integer> supporters = new HashMap<>();
        for (var member : group.members.values()) {
            if (member.isGuest()) {
                guests++;
                for (var protocol : member.classic().protocols()) {
                    supporters.merge(protocol.name(), 1, Integer::sum);
                }
            }
        }
        for (var protocol : request.protocols()) {
            if (supporters.getOrDefault(protocol.name(), 0) == guests) {
                return true;
            }
        }
        return false;
    }

    /// Any request of one that has joined.
    static Errors check(
            ConsumerGroup group, String memberId, String instanceId, int generationId) {
        Refusal refusal = Arrivals.known(group, memberId, instanceId);
        if (refusal != null) {
            return refusal.error();
        }
        if (!group.members.get(memberId).isGuest()) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        return generationId == group.assignment(memberId).memberEpoch()
                ? Errors.NONE : Errors.ILLEGAL_GENERATION;
    }

    /// SyncGroup of a guest.
    static Errors check(ConsumerGroup group, SyncGroupRequestData request) {
        String name = group.members.get(request.memberId()).classic().first().name();
        boolean differs = (request.protocolType() != null
                        && !request.protocolType().equals("consumer"))
                || (request.protocolName() != null && !request.protocolName().equals(name));
        return differs ? Errors.INCONSISTENT_GROUP_PROTOCOL : Errors.NONE;
    }
}
