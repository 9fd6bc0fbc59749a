package dev.tidemark.broker.group;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// OffsetFetch up to version 7, which asks for one group, in the words of the later ones.
///
/// Stateless. Does no I/O.
final class SingleGroupOffsets {
    private static final int GROUP_ERROR_FROM = 2;

    private SingleGroupOffsets() {
    }

    static OffsetFetchRequestGroup toGroup(OffsetFetchRequestData body) {
        var group = new OffsetFetchRequestGroup().setGroupId(body.groupId());
        if (body.topics() == null) {
            return group.setTopics(null);
        }
        List<OffsetFetchRequestTopics> topics = new ArrayList<>(body.topics().size());
        for (var topic : body.topics()) {
            topics.add(new OffsetFetchRequestTopics()
                    .setName(topic.name()).setPartitionIndexes(topic.partitionIndexes()));
        }
        return group.setTopics(topics);
    }

    /// @param version 1 has no room for an error of the group: each partition carries it
    static OffsetFetchResponseData toResponse(
            OffsetFetchRequestGroup group, OffsetFetchResponseGroup answer, int version) {
        var response = new OffsetFetchResponseData();
        boolean failed = answer.errorCode() != Errors.NONE.code();
        if (failed && version < GROUP_ERROR_FROM) {
            return response.setTopics(failEach(group, answer.errorCode()));
        }
        for (var topic : answer.topics()) {
            var old = new OffsetFetchResponseTopic().setName(topic.name());
            for (var partition : topic.partitions()) {
                old.partitions().add(toOld(partition));
            }
            response.topics().add(old);
        }
        return response.setErrorCode(answer.errorCode());
    }

    private static OffsetFetchResponsePartition toOld(OffsetFetchResponsePartitions partition) {
        return new OffsetFetchResponsePartition()
                .setPartitionIndex(partition.partitionIndex())
                .setCommittedOffset(partition.committedOffset())
                .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                .setMetadata(partition.metadata())
                .setErrorCode(partition.errorCode());
    }

    private static List<OffsetFetchResponseTopic> failEach(
            OffsetFetchRequestGroup group, short errorCode) {
        List<OffsetFetchResponseTopic> topics = new ArrayList<>();
        for (var topic : group.topics()) {
            var answer = new OffsetFetchResponseTopic().setName(topic.name());
            for (int partition : topic.partitionIndexes()) {
                answer.partitions().add(new OffsetFetchResponsePartition()
                        .setPartitionIndex(partition)
                        .setCommittedOffset(-1)
                        .setMetadata("")
                        .setErrorCode(errorCode));
            }
            topics.add(answer);
        }
        return topics;
    }
}
