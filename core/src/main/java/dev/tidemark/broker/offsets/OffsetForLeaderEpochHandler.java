package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Gather;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.log.Log;
import dev.tidemark.replica.Partition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// OffsetForLeaderEpoch: where a leadership ended, by which a consumer finds out whether what it
/// has read was cut off since (KIP-320).
///
/// Stateless; runs on any loop.
public final class OffsetForLeaderEpochHandler
        implements Handler<OffsetForLeaderEpochRequestData> {
    private final Partitions partitions;

    /// @param partitions who is asked
    public OffsetForLeaderEpochHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    private record Question(Partition partition, OffsetForLeaderPartition asked,
            EpochEndOffset answer) {
        void ask() {
            Log log = partition.log();
            Errors refusal = Fence.refusal(partition, asked.currentLeaderEpoch());
            if (refusal != Errors.NONE) {
                answer.setErrorCode(refusal.code());
                return;
            }
            EpochEnd end = Leaderships.of(partition, log)
                    .endOffsetFor(asked.leaderEpoch(), log.logEndOffset());
            answer.setLeaderEpoch(end.leaderEpoch()).setEndOffset(end.endOffset());
        }
    }

    @Override
    public void handle(Request request, OffsetForLeaderEpochRequestData asked) {
        var response = new OffsetForLeaderEpochResponseData();
        var fanOut = new FanOut<Question>();
        for (OffsetForLeaderTopic topic : asked.topics()) {
            var answers = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            response.topics().add(answers);
            Partitions.Entry entry = partitions.topic(topic.topic());
            for (OffsetForLeaderPartition row : topic.partitions()) {
                var answer = new EpochEndOffset().setPartition(row.partition());
                answers.partitions().add(answer);
                Partition partition = entry == null ? null : entry.get(row.partition());
                if (partition == null) {
                    answer.setErrorCode(Partitions.Entry.refusal(entry, row.partition()).code());
                } else {
                    fanOut.add(partition.loop(), new Question(partition, row, answer));
                }
            }
        }
        var gather = new Gather(() -> request.reply(response));
        fanOut.runOpened(gather, Question::partition, Question::ask);
        gather.end();
    }
}
