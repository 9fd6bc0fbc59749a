package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import java.util.List;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;

/// ListPartitionReassignments: which partitions are on their way to other brokers.
///
/// May run on any loop. Does no I/O.
public final class ListReassignmentsHandler
        implements Handler<ListPartitionReassignmentsRequestData> {
    private final ClusterFacts facts;

    /// @param facts what is looked at
    public ListReassignmentsHandler(ClusterFacts facts) {
        this.facts = facts;
    }

    @Override
    public void handle(Request request, ListPartitionReassignmentsRequestData body) {
        MetadataImage image = facts.image();
        var response = new ListPartitionReassignmentsResponseData();
        if (body.topics() == null) {
            image.topics().forEach(topic -> {
                var rows = new ListPartitionReassignmentsResponseData
                        .OngoingTopicReassignment().setName(topic.name());
                for (int i = 0; i < topic.partitionCount(); i++) {
                    addIfMoving(rows, topic, i);
                }
                add(response, rows);
            });
        } else {
            body.topics().forEach(asked -> {
                TopicImage topic = image.topic(asked.name());
                var rows = new ListPartitionReassignmentsResponseData
                        .OngoingTopicReassignment().setName(asked.name());
                List<Integer> indexes = topic == null ? List.of()
                        : asked.partitionIndexes().stream().distinct().toList();
                indexes.forEach(index -> addIfMoving(rows, topic, index));
                add(response, rows);
            });
        }
        request.reply(response);
    }

    private static void addIfMoving(
            ListPartitionReassignmentsResponseData.OngoingTopicReassignment rows,
            TopicImage topic, int index) {
        PartitionImage partition = topic.partition(index);
        if (partition != null && partition.isMoving()) {
            rows.partitions().add(new ListPartitionReassignmentsResponseData
                    .OngoingPartitionReassignment()
                    .setPartitionIndex(index)
                    .setReplicas(partition.replicas())
                    .setAddingReplicas(partition.addingReplicas())
                    .setRemovingReplicas(partition.removingReplicas()));
        }
    }

    private static void add(ListPartitionReassignmentsResponseData response,
            ListPartitionReassignmentsResponseData.OngoingTopicReassignment rows) {
        if (!rows.partitions().isEmpty()) {
            response.topics().add(rows);
        }
    }
}
