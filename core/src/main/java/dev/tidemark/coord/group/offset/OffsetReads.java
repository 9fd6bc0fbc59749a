package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.event.CommittedOffset;
import java.util.Map;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;

/// Answers OffsetFetch for one group.
///
/// Offsets of open transactions do not exist yet, so every offset is a stable one.
/// Stateless. Does no I/O.
public final class OffsetReads {
    private static final long NO_OFFSET = -1;
    private static final int NO_EPOCH = -1;

    private OffsetReads() {
    }

    /// The offsets that the request asks for; a partition without one answers -1.
    public static OffsetFetchResponseGroup fetch(
            Offsets offsets, OffsetFetchRequestGroup request) {
        var response = new OffsetFetchResponseGroup().setGroupId(request.groupId());
        if (request.topics() == null) {
            offsets.of(request.groupId()).forEach((topic, partitions) ->
                    response.topics().add(all(topic, partitions)));
            return response;
        }
        for (var topic : request.topics()) {
            response.topics().add(some(topic, offsets.partitions(request.groupId(), topic.name())));
        }
        return response;
    }

    private static OffsetFetchResponseTopics all(
            String topic, Map<Integer, CommittedOffset> partitions) {
        var answer = new OffsetFetchResponseTopics().setName(topic);
        partitions.forEach((partition, offset) -> {
            answer.setTopicId(offset.topicId());
            answer.partitions().add(answer(partition, offset));
        });
        return answer;
    }

    private static OffsetFetchResponseTopics some(
            OffsetFetchRequestTopics topic, Map<Integer, CommittedOffset> partitions) {
        var answer = new OffsetFetchResponseTopics()
                .setName(topic.name()).setTopicId(topic.topicId());
        for (int partition : topic.partitionIndexes()) {
            answer.partitions().add(answer(partition, partitions.get(partition)));
        }
        return answer;
    }

    private static OffsetFetchResponsePartitions answer(int partition, CommittedOffset offset) {
        var answer = new OffsetFetchResponsePartitions().setPartitionIndex(partition);
        return offset == null
                ? answer.setCommittedOffset(NO_OFFSET)
                        .setCommittedLeaderEpoch(NO_EPOCH)
                        .setMetadata("")
                : answer.setCommittedOffset(offset.offset())
                        .setCommittedLeaderEpoch(offset.leaderEpoch())
                        .setMetadata(offset.metadata());
    }
}
