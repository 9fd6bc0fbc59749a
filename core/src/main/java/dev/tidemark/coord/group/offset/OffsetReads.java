package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.CommittedOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
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
    ///
    /// @param topics as of now: what was committed to an earlier topic may still be there, where
    ///     its removal can't be written yet, and is not told
    public static OffsetFetchResponseGroup fetch(
            Offsets offsets, OffsetFetchRequestGroup request, TopicsView topics) {
        var response = new OffsetFetchResponseGroup().setGroupId(request.groupId());
        if (request.topics() == null) {
            offsets.of(request.groupId()).forEach((topic, partitions) ->
                    addAll(topic, partitions, topics.idOf(topic), response.topics()));
            return response;
        }
        for (var topic : request.topics()) {
            response.topics().add(some(topic, offsets.partitions(request.groupId(), topic.name()),
                    topics.idOf(topic.name())));
        }
        return response;
    }

    private static void addAll(String topic, Map<Integer, CommittedOffset> partitions,
            Uuid present, List<OffsetFetchResponseTopics> into) {
        var answer = new OffsetFetchResponseTopics().setName(topic);
        partitions.forEach((partition, offset) -> {
            if (!isOfEarlier(offset, present)) {
                answer.setTopicId(offset.topicId());
                answer.partitions().add(answer(partition, offset));
            }
        });
        if (!answer.partitions().isEmpty()) {
            into.add(answer);
        }
    }

    private static boolean isOfEarlier(CommittedOffset offset, Uuid present) {
        return !present.equals(Uuid.ZERO_UUID) && !offset.topicId().equals(Uuid.ZERO_UUID)
                && !offset.topicId().equals(present);
    }

    private static OffsetFetchResponseTopics some(
            OffsetFetchRequestTopics topic, Map<Integer, CommittedOffset> partitions,
            Uuid present) {
        var answer = new OffsetFetchResponseTopics()
                .setName(topic.name()).setTopicId(topic.topicId());
        for (int partition : topic.partitionIndexes()) {
            CommittedOffset offset = partitions.get(partition);
            boolean isThere = offset != null && !isOfEarlier(offset, present);
            answer.partitions().add(answer(partition, isThere ? offset : null));
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
