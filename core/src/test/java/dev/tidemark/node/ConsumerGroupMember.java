package dev.tidemark.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A member by the newer protocol (KIP-848), which says with each heartbeat what it owns.
final class ConsumerGroupMember extends GroupMember {
    private int epoch;

    ConsumerGroupMember(GroupStage stage, String id) {
        super(stage);
        memberId = id;
    }

    @Override
    boolean isSettled() {
        return epoch > 0;
    }

    @Override
    int epoch() {
        return epoch;
    }

    @Override
    void out(boolean forgotten) {
        if (forgotten) {
            own(Set.of());
            epoch = 0;
        }
    }

    @Override
    void ask() {
        var request = new ConsumerGroupHeartbeatRequestData().setGroupId(GroupStage.GROUP)
                .setMemberId(memberId).setMemberEpoch(epoch).setRebalanceTimeoutMs(10_000)
                .setSubscribedTopicNames(List.of(GroupStage.TOPIC))
                .setTopicPartitions(owned.isEmpty() ? List.of() : List.of(new TopicPartitions()
                        .setTopicId(stage.topicId()).setPartitions(new ArrayList<>(owned))));
        send(ApiKeys.CONSUMER_GROUP_HEARTBEAT, 1, request);
    }

    @Override
    void answered(ApiMessage answer) {
        var told = (ConsumerGroupHeartbeatResponseData) answer;
        if (goesOn(Errors.forCode(told.errorCode()))) {
            epoch = told.memberEpoch();
            if (told.assignment() != null) {
                Set<Integer> now = new TreeSet<>();
                told.assignment().topicPartitions()
                        .forEach(topic -> now.addAll(topic.partitions()));
                own(now);
            }
        }
        pause();
    }
}
