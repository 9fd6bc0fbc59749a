package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Gather;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import dev.tidemark.log.ActiveProducer;
import dev.tidemark.log.Log;
import dev.tidemark.replica.Partition;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.Errors;

/// DescribeProducers: what partitions remember of their idempotent and transactional producers
/// (KIP-664).
///
/// Stateless; runs on any loop.
public final class DescribeProducersHandler implements Handler<DescribeProducersRequestData> {
    private final Partitions partitions;

    /// @param partitions who is asked
    public DescribeProducersHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    private record Question(Partition partition, PartitionResponse answer) {
        void ask() {
            Log log = partition.log();
            if (partition.offline() != Errors.NONE) {
                answer.setErrorCode(partition.offline().code());
                return;
            }
            for (ActiveProducer producer : log.producers().active()) {
                answer.activeProducers().add(describe(producer));
            }
        }
    }

    @Override
    public void handle(Request request, DescribeProducersRequestData asked) {
        var response = new DescribeProducersResponseData();
        var fanOut = new FanOut<Question>();
        for (TopicRequest topic : asked.topics()) {
            var answers = new TopicResponse().setName(topic.name());
            response.topics().add(answers);
            Partitions.Entry entry = partitions.topic(topic.name());
            for (int index : topic.partitionIndexes()) {
                var answer = new PartitionResponse().setPartitionIndex(index);
                answers.partitions().add(answer);
                Partition partition = entry == null ? null : entry.get(index);
                if (partition == null) {
                    answer.setErrorCode(whyNot(topic.name()).code());
                } else {
                    fanOut.add(partition.loop(), new Question(partition, answer));
                }
            }
        }
        var gather = new Gather(() -> request.reply(response));
        fanOut.runOpened(gather, Question::partition, Question::ask);
        gather.end();
    }

    private static Errors whyNot(String topic) {
        return Topic.isValid(topic)
                ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INVALID_TOPIC_EXCEPTION;
    }

    private static ProducerState describe(ActiveProducer producer) {
        return new ProducerState()
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.producerEpoch())
                .setLastSequence(producer.lastSequence())
                .setLastTimestamp(producer.lastTimestampMs())
                .setCoordinatorEpoch(producer.coordinatorEpoch())
                .setCurrentTxnStartOffset(producer.transactionFirstOffset());
    }
}
