package dev.tidemark.broker.produce;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.LeaderHints;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Produce: checks each batch at the door, on the connection's loop, and sends it to its
/// partition's loop.
///
/// Stateless but for what it is given; runs on any loop.
public final class ProduceHandler implements Handler<ProduceRequestData> {
    private static final short FIRST_VERSION_BY_TOPIC_ID = 13;

    private final Partitions partitions;
    private final LeaderHints hints;

    /// @param partitions where batches go
    public ProduceHandler(Partitions partitions) {
        this(partitions, LeaderHints.NONE);
    }

    /// @param hints where the partitions are that are not here
    public ProduceHandler(Partitions partitions, LeaderHints hints) {
        this.partitions = partitions;
        this.hints = hints;
    }

    @Override
    public void handle(Request request, ProduceRequestData asked) {
        var round = new ProduceRound(request, asked.acks(), count(asked), hints);
        boolean byId = request.header().requestApiVersion() >= FIRST_VERSION_BY_TOPIC_ID;
        Errors refusal = refusal(asked);
        for (TopicProduceData topic : asked.topicData()) {
            round.topic(topic);
            Partitions.Entry entry = byId
                    ? partitions.topic(topic.topicId()) : partitions.topic(topic.name());
            for (PartitionProduceData data : topic.partitionData()) {
                Errors error = refusal != Errors.NONE
                        ? refusal : target(byId, entry, data.index());
                if (error != Errors.NONE) {
                    round.refuse(data.index(), error);
                } else {
                    round.add(entry.get(data.index()), (MemoryRecords) data.records());
                }
            }
        }
        round.start(asked.timeoutMs());
    }

    private static int count(ProduceRequestData asked) {
        int count = 0;
        for (TopicProduceData topic : asked.topicData()) {
            count += topic.partitionData().size();
        }
        return count;
    }

    private static Errors refusal(ProduceRequestData asked) {
        if (asked.acks() < -1 || asked.acks() > 1) {
            return Errors.INVALID_REQUIRED_ACKS;
        }
        // Transactions are not served: no transactional id has ever been given out.
        return asked.transactionalId() == null ? Errors.NONE : Errors.INVALID_TXN_STATE;
    }

    private static Errors target(boolean byId, Partitions.Entry entry, int index) {
        if (entry == null) {
            return byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (entry.get(index) == null) {
            return Partitions.Entry.refusal(entry, index);
        }
        return Topic.isInternal(entry.name()) ? Errors.INVALID_TOPIC_EXCEPTION : Errors.NONE;
    }
}
