package dev.tidemark.broker.group;

import dev.tidemark.coord.group.command.TopicsView;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;

/// Topics whose id in an OffsetFetch is nobody's.
///
/// Stateless. Does no I/O.
final class UnknownTopics {
    private UnknownTopics() {
    }

    /// Gives the topics of the request their names, and takes those out that have none.
    ///
    /// @return the answers to those
    static List<OffsetFetchResponseTopics> takeOut(
            OffsetFetchRequestGroup group, TopicsView view) {
        List<OffsetFetchResponseTopics> unknown = new ArrayList<>(0);
        if (group.topics() == null) {
            return unknown;
        }
        List<OffsetFetchRequestTopics> known = new ArrayList<>(group.topics().size());
        for (var topic : group.topics()) {
            String name = view.nameOf(topic.topicId());
            if (name == null) {
                unknown.add(answer(topic));
            } else {
                known.add(topic.setName(name));
            }
        }
        group.setTopics(known);
        return unknown;
    }

    private static OffsetFetchResponseTopics answer(OffsetFetchRequestTopics topic) {
        var answer = new OffsetFetchResponseTopics().setTopicId(topic.topicId());
        for (int partition : topic.partitionIndexes()) {
            answer.partitions().add(new OffsetFetchResponsePartitions()
                    .setPartitionIndex(partition)
                    .setCommittedOffset(-1)
                    .setMetadata("")
                    .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code()));
        }
        return answer;
    }
}
