package dev.tidemark.coord.group.command;

import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// What the coordinator answers, in Kafka's generated classes.
public sealed interface GroupReply {
    /// There is no coordinator here to answer; nothing was done, or nobody can tell.
    record Refused(Errors error) implements GroupReply {
    }

    /// To [GroupCommand.CommitOffsets].
    record Committed(OffsetCommitResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.FetchOffsets]; topics carry the name and the id they were asked by.
    record Fetched(OffsetFetchResponseGroup response) implements GroupReply {
    }

    /// To [GroupCommand.DeleteOffsets].
    record OffsetsDeleted(OffsetDeleteResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.DeleteGroup].
    record Deleted(DeletableGroupResult response) implements GroupReply {
    }

    /// To [GroupCommand.ForgetTopics], [GroupCommand.KeepTopics] and [GroupCommand.Tick].
    record Done() implements GroupReply {
    }

    /// To [GroupCommand.Join].
    record Joined(JoinGroupResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.Sync].
    record Synced(SyncGroupResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.Beat].
    record Beaten(HeartbeatResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.Leave].
    record Left(LeaveGroupResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.DescribeClassic].
    record Described(DescribedGroup response) implements GroupReply {
    }

    /// To [GroupCommand.ListGroups].
    record Listed(List<ListedGroup> groups) implements GroupReply {
    }

    /// To [GroupCommand.ConsumerBeat].
    record ConsumerBeaten(ConsumerGroupHeartbeatResponseData response) implements GroupReply {
    }

    /// To [GroupCommand.DescribeConsumer].
    record ConsumerDescribed(ConsumerGroupDescribeResponseData.DescribedGroup response)
            implements GroupReply {
    }
}
