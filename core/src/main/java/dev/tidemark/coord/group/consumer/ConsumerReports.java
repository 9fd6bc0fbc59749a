package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;

/// What admins are told of consumer groups.
///
/// Stateless but for the groups it looks at. Does no I/O.
public final class ConsumerReports {
    private static final String TYPE = "consumer";
    private static final byte CLASSIC_PROTOCOL = 0;
    private static final byte NEW_PROTOCOL = 1;

    private final ConsumerGroups groups;
    private final String defaultAssignor;

    /// @param groups what there is
    /// @param defaultAssignor where no member asks for any
    public ConsumerReports(ConsumerGroups groups, String defaultAssignor) {
        this.groups = groups;
        this.defaultAssignor = defaultAssignor;
    }

    /// ConsumerGroupDescribe, of a group that is there. Partitions of topics that are gone are
    /// left out: there is no name to call them by.
    public DescribedGroup describe(String groupId, TopicsView topics) {
        var group = groups.get(groupId);
        var answer = new DescribedGroup()
                .setGroupId(groupId)
                .setGroupState(state(group))
                .setGroupEpoch(group.groupEpoch)
                .setAssignmentEpoch(group.assignmentEpoch)
                .setAssignorName(Targeting.assignorName(group, defaultAssignor));
        group.members.forEach((memberId, member) ->
                answer.members().add(describe(group, memberId, member, topics)));
        return answer;
    }

    private static Member describe(ConsumerGroup group, String memberId,
            MemberSubscription member, TopicsView topics) {
        var assignment = group.assignment(memberId);
        return new Member()
                .setMemberId(memberId)
                .setInstanceId(member.instanceId())
                .setRackId(member.rackId())
                .setMemberEpoch(assignment.memberEpoch())
                .setClientId(member.origin().clientId())
                .setClientHost(member.origin().clientHost())
                .setSubscribedTopicNames(member.topics())
                .setSubscribedTopicRegex(member.regex())
                .setAssignment(named(assignment.assigned().partitions(), topics))
                .setTargetAssignment(named(group.target(memberId), topics))
                .setMemberType(member.isGuest() ? CLASSIC_PROTOCOL : NEW_PROTOCOL);
    }

    private static Assignment named(PartitionSet partitions, TopicsView topics) {
        List<TopicPartitions> named = new ArrayList<>();
        partitions.byTopic().forEach((topicId, indexes) -> {
            String name = topics.nameOf(topicId);
            if (name != null) {
                named.add(new TopicPartitions()
                        .setTopicId(topicId).setTopicName(name).setPartitions(indexes));
            }
        });
        return new Assignment().setTopicPartitions(named);
    }

    /// ListGroups, one line.
    public ListedGroup list(String groupId) {
        return new ListedGroup()
                .setGroupId(groupId)
                .setProtocolType(TYPE)
                .setGroupState(state(groups.get(groupId)))
                .setGroupType(TYPE);
    }

    private static String state(ConsumerGroup group) {
        if (group.members.isEmpty()) {
            return "Empty";
        }
        if (group.groupEpoch != group.assignmentEpoch) {
            return "Assigning";
        }
        for (String memberId : group.members.keySet()) {
            if (!group.isSettled(memberId)) {
                return "Reconciling";
            }
        }
        return "Stable";
    }
}
