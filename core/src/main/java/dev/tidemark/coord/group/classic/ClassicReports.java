package dev.tidemark.coord.group.classic;

import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;

/// What admins are told of classic groups.
///
/// Stateless but for the groups it looks at. Does no I/O.
public final class ClassicReports {
    private static final String TYPE = "classic";

    private final ClassicGroups groups;

    /// @param groups what there is
    public ClassicReports(ClassicGroups groups) {
        this.groups = groups;
    }

    /// DescribeGroups, of a group that is there. Metadata and assignments are told of a stable
    /// group only: elsewhere they are of no one generation.
    public DescribedGroup describe(String groupId) {
        var group = groups.get(groupId);
        boolean stable = group.phase == ClassicPhase.STABLE;
        var answer = new DescribedGroup()
                .setGroupId(groupId)
                .setGroupState(group.phase.wireName())
                .setProtocolType(group.protocolType)
                .setProtocolData(stable ? group.protocolName : "");
        for (var member : group.members.values()) {
            var identity = member.identity();
            answer.members().add(new DescribedGroupMember()
                    .setMemberId(identity.memberId())
                    .setGroupInstanceId(identity.instanceId())
                    .setClientId(identity.clientId())
                    .setClientHost(identity.clientHost())
                    .setMemberMetadata(stable
                            ? member.metadata(group.protocolName) : ClassicMember.NOTHING)
                    .setMemberAssignment(stable ? member.assignment() : ClassicMember.NOTHING));
        }
        return answer;
    }

    /// ListGroups, one line.
    public ListedGroup list(String groupId) {
        var group = groups.get(groupId);
        return listed(groupId, group.protocolType, group.phase);
    }

    /// ListGroups, one line for a group of which only offsets are known.
    public static ListedGroup listOffsetsOnly(String groupId) {
        return listed(groupId, "", ClassicPhase.EMPTY);
    }

    private static ListedGroup listed(String groupId, String protocolType, ClassicPhase phase) {
        return new ListedGroup()
                .setGroupId(groupId)
                .setProtocolType(protocolType)
                .setGroupState(phase.wireName())
                .setGroupType(TYPE);
    }
}
