package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData.TopicPartitions;

/// Heartbeats of the consumer group protocol, read and answered.
///
/// Stateless. Does no I/O.
final class Answers {
    private Answers() {
    }

    /// What a member says it owns; null if it does not say.
    static PartitionSet owned(ConsumerGroupHeartbeatRequestData request) {
        if (request.topicPartitions() == null) {
            return null;
        }
        Map<Uuid, Set<Integer>> owned = new HashMap<>();
        for (var topic : request.topicPartitions()) {
            owned.computeIfAbsent(topic.topicId(), _ -> new HashSet<>())
                    .addAll(topic.partitions());
        }
        return PartitionSet.of(owned);
    }

    /// True if the member says everything of itself: it may have missed answers, and is told
    /// everything in return.
    static boolean isFullRequest(ConsumerGroupHeartbeatRequestData request) {
        boolean subscribes = request.subscribedTopicNames() != null
                || request.subscribedTopicRegex() != null;
        return subscribes && request.rebalanceTimeoutMs() != -1
                && request.topicPartitions() != null;
    }

    static ConsumerGroupHeartbeatResponseData to(
            String memberId, MemberAssignment member, boolean withAssignment) {
        var response = new ConsumerGroupHeartbeatResponseData()
                .setMemberId(memberId)
                .setMemberEpoch(member.memberEpoch());
        if (withAssignment) {
            response.setAssignment(new Assignment()
                    .setTopicPartitions(topicPartitions(member.assigned().partitions())));
        }
        return response;
    }

    private static List<TopicPartitions> topicPartitions(PartitionSet partitions) {
        List<TopicPartitions> topics = new ArrayList<>(partitions.byTopic().size());
        partitions.byTopic().forEach((topicId, indexes) -> topics.add(
                new TopicPartitions().setTopicId(topicId).setPartitions(indexes)));
        return topics;
    }

    /// To a member that leaves, for good or for a while.
    static ConsumerGroupHeartbeatResponseData farewell(String memberId, int memberEpoch) {
        return new ConsumerGroupHeartbeatResponseData()
                .setMemberId(memberId).setMemberEpoch(memberEpoch);
    }

    static ConsumerGroupHeartbeatResponseData refusal(Refusal refusal) {
        return new ConsumerGroupHeartbeatResponseData()
                .setErrorCode(refusal.error().code())
                .setErrorMessage(refusal.message());
    }
}
