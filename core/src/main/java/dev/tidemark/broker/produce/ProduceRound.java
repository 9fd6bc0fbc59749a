package dev.tidemark.broker.produce;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.broker.Request;
import dev.tidemark.io.Loop;
import dev.tidemark.record.BatchCheck;
import dev.tidemark.record.Verdict;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// One produce request on its way: a slot per partition, answered when every slot has its end.
///
/// Filled on the connection's loop; then each slot belongs to its partition's loop until it is
/// settled. The last slot settled sends the answer.
final class ProduceRound implements Ack {
    private static final short NO_ACKS = 0;

    private final Request request;
    private final short acks;
    private final Partition[] targets;
    private final ByteBuffer[] batches;
    private final PartitionProduceResponse[] answers;
    private final AtomicInteger unsettled;
    private final ProduceResponseData response = new ProduceResponseData();
    private TopicProduceResponse topic;
    private int count;

    ProduceRound(Request request, short acks, int capacity) {
        this.request = request;
        this.acks = acks;
        this.targets = new Partition[capacity];
        this.batches = new ByteBuffer[capacity];
        this.answers = new PartitionProduceResponse[capacity];
        // One more than there are slots, so that the answer waits until all have been sent off.
        this.unsettled = new AtomicInteger(1);
    }

    /// The partitions that follow are of this topic.
    void topic(TopicProduceData asked) {
        topic = new TopicProduceResponse().setName(asked.name()).setTopicId(asked.topicId());
        response.responses().add(topic);
    }

    private PartitionProduceResponse slot(int index) {
        var answer = new PartitionProduceResponse().setIndex(index).setBaseOffset(-1);
        topic.partitionResponses().add(answer);
        answers[count] = answer;
        return answer;
    }

    /// Answers this partition with an error.
    void refuse(int index, Errors error) {
        slot(index).setErrorCode(error.code()).setErrorMessage(error.message());
        count++;
    }

    /// Checks what is to be appended to the partition, and takes it along if it is good.
    void add(Partition partition, MemoryRecords records) {
        if (records == null) {
            refuse(partition.id().index(), Errors.INVALID_RECORD);
            return;
        }
        var answer = slot(partition.id().index());
        ByteBuffer bytes = records.buffer();
        Verdict verdict = BatchCheck.check(bytes, partition.settings().rules(),
                request.loop().clock().millis());
        if (verdict.error() == Errors.NONE) {
            targets[count] = partition;
            batches[count] = verdict.records();
            unsettled.incrementAndGet();
        } else {
            answer.setErrorCode(verdict.error().code()).setErrorMessage(verdict.message())
                    .setRecordErrors(RecordErrors.of(verdict));
        }
        count++;
    }

    /// Sends every batch to its partition's loop: one message for each loop that is concerned.
    void start() {
        Loop own = request.loop();
        var sentTo = new BitSet();
        for (int slot = 0; slot < count; slot++) {
            if (targets[slot] == null) {
                continue;
            }
            Loop loop = targets[slot].loop();
            if (!sentTo.get(loop.index())) {
                sentTo.set(loop.index());
                if (loop == own) {
                    appendAll(loop);
                } else {
                    loop.execute(() -> appendAll(loop));
                }
            }
        }
        settled();
    }

    private void appendAll(Loop loop) {
        for (int slot = 0; slot < count; slot++) {
            Partition target = targets[slot];
            if (target != null && target.loop() == loop) {
                target.append(batches[slot], request.frame(), acks, this, slot);
            }
        }
    }

    @Override
    public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset) {
        answers[slot].setBaseOffset(baseOffset).setLogAppendTimeMs(logAppendTimeMs)
                .setLogStartOffset(logStartOffset);
    }

    @Override
    public void refused(int slot, Errors error, String why) {
        answers[slot].setErrorCode(error.code())
                .setErrorMessage(why == null ? error.message() : why);
        settled();
    }

    @Override
    public void committed(int slot) {
        settled();
    }

    @Override
    public void lost(int slot, Errors error) {
        answers[slot].setBaseOffset(-1);
        refused(slot, error, null);
    }

    private void settled() {
        int left = unsettled.decrementAndGet();
        check(left >= 0, "a slot is settled once", left);
        if (left == 0) {
            finish();
        }
    }

    private void finish() {
        if (acks != NO_ACKS) {
            request.reply(response);
        } else if (failed()) {
            // The client waits for no answer: only the closing tells it that something is wrong.
            request.close("produce without acks failed");
            request.noReply();
        } else {
            request.noReply();
        }
    }

    private boolean failed() {
        for (int slot = 0; slot < count; slot++) {
            if (answers[slot].errorCode() != Errors.NONE.code()) {
                return true;
            }
        }
        return false;
    }
}
