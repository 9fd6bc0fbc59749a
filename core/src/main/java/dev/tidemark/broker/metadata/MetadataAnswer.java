package dev.tidemark.broker.metadata;

import dev.tidemark.base.RowSpread;
import dev.tidemark.broker.admin.AllowedOperations;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// A Metadata response in the making.
///
/// Confined to one answer. Does no I/O.
final class MetadataAnswer {
    private final TopicRows rows;
    private final int topicOperations;
    private final MetadataResponseData response;

    MetadataAnswer(ClusterFacts facts, TopicRows rows, MetadataRequestData body) {
        this.rows = rows;
        topicOperations = body.includeTopicAuthorizedOperations()
                ? AllowedOperations.TOPIC : AllowedOperations.NOT_TOLD;
        response = new MetadataResponseData()
                .setClusterId(facts.clusterId())
                .setControllerId(facts.controllerId());
        for (var broker : rows.image().brokers()) {
            var endpoint = rows.endpoint(broker.id());
            if (endpoint != null) {
                response.brokers().add(new MetadataResponseBroker()
                        .setNodeId(broker.id())
                        .setHost(endpoint.host())
                        .setPort(endpoint.port())
                        .setRack(broker.rack()));
            }
        }
    }

    /// The metadata that it tells of.
    MetadataImage image() {
        return rows.image();
    }

    MetadataResponseData response() {
        return response;
    }

    void add(TopicImage topic) {
        response.topics().add(new Row(response.topics().size())
                .setName(topic.name())
                .setTopicId(topic.id())
                .setIsInternal(topic.isInternal())
                .setTopicAuthorizedOperations(topicOperations)
                .setPartitions(partitions(topic)));
    }

    /// Refuses the whole request, as Kafka does without a word of the cluster.
    static MetadataResponseData refuse(MetadataRequestData body, Errors error) {
        var response = new MetadataResponseData().setErrorCode(error.code());
        for (var topic : body.topics()) {
            response.topics().add(new Row(response.topics().size())
                    .setErrorCode(error.code())
                    .setName(topic.name() == null ? "" : topic.name())
                    .setTopicId(topic.topicId())
                    .setTopicAuthorizedOperations(AllowedOperations.NOT_TOLD));
        }
        return response;
    }

    /// @param name null for a topic that was asked for by an id that is unknown
    void addError(String name, Uuid id, Errors error) {
        response.topics().add(new Row(response.topics().size())
                .setErrorCode(error.code())
                .setName(name)
                .setTopicId(id)
                .setIsInternal(name != null && Topic.isInternal(name))
                .setTopicAuthorizedOperations(
                        name == null ? AllowedOperations.NOT_TOLD : topicOperations));
    }

    private List<MetadataResponsePartition> partitions(TopicImage topic) {
        var partitions = new ArrayList<MetadataResponsePartition>(topic.partitionCount());
        for (int p = 0; p < topic.partitionCount(); p++) {
            partitions.add(row(p, topic.partition(p)));
        }
        return partitions;
    }

    private MetadataResponsePartition row(int index, PartitionImage partition) {
        var error = rows.leaderError(partition);
        return new MetadataResponsePartition()
                .setErrorCode(error.code())
                .setPartitionIndex(index)
                .setLeaderId(error == Errors.NONE
                        ? partition.leader() : PartitionImage.NO_LEADER)
                .setLeaderEpoch(partition.leaderEpoch())
                .setReplicaNodes(partition.replicas())
                .setIsrNodes(partition.isr())
                .setOfflineReplicas(rows.offline(partition));
    }

    /// A row that lies in the answer's table by its number, see [RowSpread].
    private static final class Row extends MetadataResponseTopic {
        private final int number;

        Row(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return RowSpread.of(number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }
}
