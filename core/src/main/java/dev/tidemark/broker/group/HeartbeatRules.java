package dev.tidemark.broker.group;

import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/// What makes no sense in a ConsumerGroupHeartbeat, whatever the group.
///
/// Stateless. Does no I/O.
final class HeartbeatRules {
    private static final int JOIN = 0;
    private static final int LEAVE = -1;
    private static final int GO_AWAY = -2;
    private static final int OWN_ID_FROM = 1;
    private static final int NOT_SAID = -1;

    private HeartbeatRules() {
    }

    /// What is wrong, as a sentence for the client's log; null if nothing is.
    static String fault(ConsumerGroupHeartbeatRequestData body, int version) {
        String fault = nameFault(body, version);
        if (fault != null) {
            return fault;
        }
        int epoch = body.memberEpoch();
        if (epoch < GO_AWAY) {
            return "MemberEpoch is invalid.";
        }
        if (epoch == GO_AWAY && body.instanceId() == null) {
            return "InstanceId can't be null.";
        }
        return epoch == JOIN ? joinFault(body) : null;
    }

    private static String nameFault(ConsumerGroupHeartbeatRequestData body, int version) {
        boolean needsId = version >= OWN_ID_FROM
                || body.memberEpoch() > JOIN || body.memberEpoch() == LEAVE;
        if (needsId && body.memberId().isBlank()) {
            return "MemberId can't be empty.";
        }
        if (body.groupId().isBlank()) {
            return "GroupId can't be empty.";
        }
        if (isBlank(body.instanceId())) {
            return "InstanceId can't be empty.";
        }
        if (isBlank(body.rackId())) {
            return "RackId can't be empty.";
        }
        return isTooLong(body) ? "A name is longer than " + GroupNames.MAX_CHARS + "." : null;
    }

    private static boolean isBlank(String optional) {
        return optional != null && optional.isBlank();
    }

    private static boolean isTooLong(ConsumerGroupHeartbeatRequestData body) {
        return body.groupId().length() > GroupNames.MAX_CHARS
                || body.memberId().length() > GroupNames.MAX_CHARS
                || (body.subscribedTopicRegex() != null
                        && body.subscribedTopicRegex().length() > GroupNames.MAX_CHARS);
    }

    private static String joinFault(ConsumerGroupHeartbeatRequestData body) {
        if (body.rebalanceTimeoutMs() == NOT_SAID) {
            return "RebalanceTimeoutMs must be provided in first request.";
        }
        if (body.topicPartitions() == null || !body.topicPartitions().isEmpty()) {
            return "TopicPartitions must be empty when (re-)joining.";
        }
        return body.subscribedTopicNames() == null && body.subscribedTopicRegex() == null
                ? "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when"
                        + " (re-)joining."
                : null;
    }
}
