package dev.tidemark.coord.group;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupCommand.Beat;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupCommand.DeleteGroup;
import dev.tidemark.coord.group.command.GroupCommand.DeleteOffsets;
import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupCommand.FetchOffsets;
import dev.tidemark.coord.group.command.GroupCommand.ForgetTopics;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.machine.Command;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;

/// Commands as many clients might send them, most of them of members that exist.
final class RandomGroupCommands {
    private static final List<String> PROTOCOLS = List.of("range", "sticky", "roundrobin");

    private static final String CONSUMERS = "k";

    private final Prng prng;
    private final GroupMachine live;
    private final String groupId;
    private final List<DescribedGroupMember> members;

    private RandomGroupCommands(Prng prng, GroupMachine live) {
        this.prng = prng;
        this.live = live;
        groupId = "g" + prng.nextInt(3);
        var command = new Command<GroupCommand>(0, 0, 0, new DescribeClassic(groupId));
        members = ((Described) live.decide(command).replies().getFirst().value())
                .response().members();
    }

    static GroupCommand next(Prng prng, GroupMachine live) {
        return new RandomGroupCommands(prng, live).next();
    }

    private GroupCommand next() {
        return switch (prng.nextInt(28)) {
            case 20, 21, 22, 23, 24, 25, 26, 27 -> consumerBeat();
            case 0, 1, 2, 3, 4 -> join();
            case 5, 6, 7, 8, 9 -> sync();
            case 10, 11 -> beat();
            case 12 -> leave();
            case 13, 14, 15 -> commit();
            case 16 -> new FetchOffsets(new OffsetFetchRequestGroup()
                    .setGroupId(groupId).setTopics(null), FixedTopics.of("t0", 3));
            case 17 -> deleteOffsets();
            case 18 -> prng.chance(1, 2)
                    ? new DeleteGroup(prng.chance(1, 2) ? CONSUMERS : groupId)
                    : new ForgetTopics(List.of(topic()));
            default -> new ListGroups(List.of(), List.of());
        };
    }

    private DescribedGroupMember member() {
        if (members.isEmpty() || prng.chance(1, 12)) {
            return new DescribedGroupMember().setMemberId("stranger");
        }
        return members.get(prng.nextInt(members.size()));
    }

    private int generation() {
        int stored = 0;
        for (var event : live.snapshot()) {
            if (event instanceof ClassicStored e && e.groupId().equals(groupId)) {
                stored = e.value().generationId();
            }
        }
        return stored + prng.nextInt(3);
    }

    private String topic() {
        return "t" + prng.nextInt(4);
    }

    private GroupCommand join() {
        boolean isNew = members.size() < 3 && prng.chance(2, 3);
        var known = isNew
                ? new DescribedGroupMember()
                        .setGroupInstanceId(prng.chance(1, 3) ? "i" + prng.nextInt(3) : null)
                : member();
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range")
                .setMetadata(new byte[] {0, 1, (byte) prng.nextInt(2)}));
        protocols.add(new JoinGroupRequestProtocol().setName(PROTOCOLS.get(prng.nextInt(3)))
                .setMetadata(new byte[] {2}));
        var request = new JoinGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(known.memberId())
                .setGroupInstanceId(known.groupInstanceId())
                .setProtocolType(prng.chance(1, 20) ? "connect" : "consumer")
                .setProtocols(protocols)
                .setSessionTimeoutMs(6_000 + prng.nextInt(30_000))
                .setRebalanceTimeoutMs(prng.nextInt(60_000));
        return new Join(request, new ClientInfo("c", "/h", prng.nextInt(10)),
                FixedTopics.of("t0", 3));
    }

    private GroupCommand sync() {
        var member = member();
        var request = new SyncGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.groupInstanceId())
                .setGenerationId(generation());
        for (var other : members) {
            request.assignments().add(new SyncGroupRequestAssignment()
                    .setMemberId(other.memberId())
                    .setAssignment(new byte[] {(byte) prng.nextInt(9)}));
        }
        return new Sync(request, FixedTopics.of("t0", 3));
    }

    private GroupCommand beat() {
        var member = member();
        return new Beat(new HeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.groupInstanceId())
                .setGenerationId(generation()));
    }

    /// A heartbeat of the consumer protocol, of one of three members of a group of its own, with
    /// an epoch near the one that it has, now and then with partitions that it gave up.
    private GroupCommand consumerBeat() {
        String memberId = "m" + prng.nextInt(3);
        int epoch = 0;
        for (var event : live.snapshot()) {
            if (event instanceof AssignmentStored e && e.memberId().equals(memberId)
                    && e.groupId().equals(CONSUMERS)) {
                epoch = Math.max(0, e.value().memberEpoch());
            }
        }
        var request = new ConsumerGroupHeartbeatRequestData()
                .setGroupId(prng.chance(1, 10) ? groupId : CONSUMERS)
                .setMemberId(memberId)
                .setInstanceId(memberId.equals("m0") ? "i0" : null)
                .setMemberEpoch(epoch);
        if (epoch == 0) {
            request.setRebalanceTimeoutMs(20_000).setSubscribedTopicNames(List.of(topic()));
        }
        switch (prng.nextInt(12)) {
            case 0 -> request.setMemberEpoch(-1);
            case 1 -> request.setMemberEpoch(-2).setInstanceId("i0");
            case 2 -> request.setSubscribedTopicNames(List.of(topic(), topic()));
            case 3 -> request.setSubscribedTopicRegex("t[0-" + prng.nextInt(4) + "]");
            case 4, 5, 6, 7 -> request.setTopicPartitions(List.of());
            case 8 -> request.setServerAssignor(prng.chance(1, 2) ? "range" : "uniform");
            default -> request.setRackId(null);
        }
        var view = FixedTopics.of("t0", 3);
        for (int i = prng.nextInt(3); i > 0; i--) {
            view = view.with("t" + i, 2 + i);
        }
        return new ConsumerBeat(request, new ClientInfo("c", "/h", 1), view,
                GroupConfig.DEFAULTS.consumer().times());
    }

    private GroupCommand leave() {
        var member = member();
        return new Leave(groupId, List.of(new MemberIdentity()
                .setMemberId(prng.chance(1, 4) ? "" : member.memberId())
                .setGroupInstanceId(member.groupInstanceId())));
    }

    private GroupCommand commit() {
        boolean simple = members.isEmpty() || prng.chance(1, 8);
        var request = new OffsetCommitRequestData()
                .setGroupId(groupId)
                .setMemberId(simple ? "" : member().memberId())
                .setGenerationIdOrMemberEpoch(simple ? -1 : generation())
                .setRetentionTimeMs(prng.chance(1, 8) ? prng.nextInt(1_000_000) : -1)
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(topic())
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(prng.nextInt(3))
                                .setCommittedOffset(prng.nextInt(1_000))))));
        return new CommitOffsets(request, new ClientInfo("c", "/h", 9));
    }

    private GroupCommand deleteOffsets() {
        var topics = new OffsetDeleteRequestTopicCollection();
        topics.add(new OffsetDeleteRequestTopic().setName(topic()).setPartitions(
                List.of(new OffsetDeleteRequestPartition().setPartitionIndex(prng.nextInt(3)))));
        return new DeleteOffsets(new OffsetDeleteRequestData()
                .setGroupId(groupId).setTopics(topics));
    }
}
