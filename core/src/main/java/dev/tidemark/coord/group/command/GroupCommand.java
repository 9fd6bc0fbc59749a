package dev.tidemark.coord.group.command;

import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;

/// What may be asked of the coordinator of one `__consumer_offsets` partition.
///
/// Requests are Kafka's generated classes, with what a handler has filled in: topics carry both
/// their name and their id. Nobody changes them once they are in a command.
public sealed interface GroupCommand {
    /// OffsetCommit of one group; topics that do not exist were answered before.
    record CommitOffsets(OffsetCommitRequestData request, ClientInfo client)
            implements GroupCommand {
    }

    /// OffsetFetch of one group; no topics (null) means all. What was committed to an earlier topic
    /// of a name is not told.
    record FetchOffsets(OffsetFetchRequestGroup request, TopicsView topics)
            implements GroupCommand {
    }

    /// OffsetDelete.
    record DeleteOffsets(OffsetDeleteRequestData request) implements GroupCommand {
    }

    /// DeleteGroups, for one of them.
    record DeleteGroup(String groupId) implements GroupCommand {
    }

    /// These topics are gone, and with them what was committed to them.
    record ForgetTopics(List<String> topics) implements GroupCommand {
    }

    /// Only these topics are there: what was committed to others, or to topics of the same name
    /// that were deleted since, goes.
    record KeepTopics(TopicsView topics) implements GroupCommand {
    }

    /// JoinGroup.
    ///
    /// @param topics as of now
    record Join(JoinGroupRequestData request, ClientInfo client, TopicsView topics)
            implements GroupCommand {
    }

    /// SyncGroup.
    ///
    /// @param topics as of now
    record Sync(SyncGroupRequestData request, TopicsView topics) implements GroupCommand {
    }

    /// Heartbeat.
    record Beat(HeartbeatRequestData request) implements GroupCommand {
    }

    /// LeaveGroup, in its batched form whatever the version.
    record Leave(String groupId, List<MemberIdentity> members) implements GroupCommand {
    }

    /// DescribeGroups, for one of them.
    record DescribeClassic(String groupId) implements GroupCommand {
    }

    /// ListGroups, for the groups of this coordinator.
    ///
    /// @param states names in any case; empty for all
    /// @param types names in any case; empty for all
    record ListGroups(List<String> states, List<String> types) implements GroupCommand {
    }

    /// ConsumerGroupHeartbeat, checked for sense.
    ///
    /// @param topics as of now
    /// @param times that hold for the group now
    record ConsumerBeat(ConsumerGroupHeartbeatRequestData request, ClientInfo client,
            TopicsView topics, ConsumerTimes times) implements GroupCommand {
    }

    /// ConsumerGroupDescribe, for one of them.
    ///
    /// @param topics as of now
    record DescribeConsumer(String groupId, TopicsView topics) implements GroupCommand {
    }

    /// Do what has become due.
    record Tick() implements GroupCommand {
    }
}
