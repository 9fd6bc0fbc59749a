package dev.tidemark.broker.replication;

import dev.tidemark.replica.PartitionId;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;

/// Puts partitions into a fetch request, under their topics.
final class FetchTopics {
    private final FetchRequestData request;
    private final Map<Uuid, FetchTopic> asked = new HashMap<>();
    private final Map<Uuid, ForgottenTopic> forgotten = new HashMap<>();

    FetchTopics(FetchRequestData request) {
        this.request = request;
    }

    void ask(PartitionId id, FetchPartition row) {
        FetchTopic topic = asked.get(id.topicId());
        if (topic == null) {
            topic = new FetchTopic().setTopic(id.topic()).setTopicId(id.topicId());
            asked.put(id.topicId(), topic);
            request.topics().add(topic);
        }
        topic.partitions().add(row);
    }

    void forget(PartitionId id) {
        ForgottenTopic topic = forgotten.get(id.topicId());
        if (topic == null) {
            topic = new ForgottenTopic().setTopic(id.topic()).setTopicId(id.topicId());
            forgotten.put(id.topicId(), topic);
            request.forgottenTopicsData().add(topic);
        }
        topic.partitions().add(id.index());
    }
}
