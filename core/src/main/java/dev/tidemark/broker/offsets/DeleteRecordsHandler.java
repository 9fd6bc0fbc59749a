package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import dev.tidemark.replica.Partition;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.protocol.Errors;

/// DeleteRecords: partitions serve nothing below an offset any more, and that is on disk before
/// they say so.
///
/// Stateless; runs on any loop.
public final class DeleteRecordsHandler implements Handler<DeleteRecordsRequestData> {
    private final Partitions partitions;

    /// @param partitions whose records are deleted
    public DeleteRecordsHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public void handle(Request request, DeleteRecordsRequestData asked) {
        var round = new DeleteRecordsRound(request);
        for (DeleteRecordsTopic topic : asked.topics()) {
            round.topic(topic.name());
            Partitions.Entry entry = partitions.topic(topic.name());
            for (DeleteRecordsPartition partition : topic.partitions()) {
                int index = partition.partitionIndex();
                Partition target = entry == null ? null : entry.get(index);
                round.add(index, target, partition.offset(), target == null && entry != null
                        && entry.has(index) ? Errors.NOT_LEADER_OR_FOLLOWER
                        : refusal(topic.name(), target));
            }
        }
        round.start(asked.timeoutMs());
    }

    private static Errors refusal(String topic, Partition partition) {
        if (Topic.isInternal(topic)) {
            return Errors.INVALID_TOPIC_EXCEPTION;
        }
        if (partition == null) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        // Whoever keeps the last value of every key has not agreed to lose any of them.
        return partition.settings().log().delete() ? Errors.NONE : Errors.POLICY_VIOLATION;
    }
}
