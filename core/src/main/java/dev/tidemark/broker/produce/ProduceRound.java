package dev.tidemark.broker.produce;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Marks;
import dev.tidemark.broker.LeaderHints;
import dev.tidemark.broker.Request;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.record.BatchCheck;
import dev.tidemark.record.Verdict;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// One produce request on its way: a slot per partition, answered when every slot has its end, or
/// when the client's time is over.
///
/// Filled on the connection's loop; then each slot belongs to its partition's loop until it is
/// settled. The last slot settled sends the answer; if the time is over first, the slots that are
/// open are answered with REQUEST_TIMED_OUT, and what becomes of them later is told to nobody.
final class ProduceRound implements Ack {
    private static final short NO_ACKS = 0;
    /// Stands in place of the number of unsettled slots once the time is over: slots that are
    /// settled later count down from here and never reach 0.
    private static final int OVER = Integer.MIN_VALUE / 2;

    private final Request request;
    private final short acks;
    private final LeaderHints hints;
    /// Where each slot's batch goes; null where nothing is to be awaited any more.
    private final AtomicReferenceArray<Partition> targets;
    private final ByteBuffer[] batches;
    private final PartitionProduceResponse[] answers;
    private final AtomicInteger unsettled;
    private final ProduceResponseData response = new ProduceResponseData();
    private TopicProduceResponse topic;
    private int count;
    /// Of the connection's loop; set only while the round waits.
    private Loop.Timer timer;

    ProduceRound(Request request, short acks, int capacity, LeaderHints hints) {
        this.hints = hints;
        this.request = request;
        this.acks = acks;
        this.targets = new AtomicReferenceArray<>(capacity);
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
            targets.setPlain(count, partition);
            batches[count] = verdict.records();
            unsettled.incrementAndGet();
        } else {
            answer.setErrorCode(verdict.error().code()).setErrorMessage(verdict.message())
                    .setRecordErrors(RecordErrors.of(verdict));
        }
        count++;
    }

    /// Sends every batch to its partition's loop: one message for each loop that is concerned.
    ///
    /// @param timeoutMs how long the client waits for what is not settled at once
    void start(int timeoutMs) {
        Loop own = request.loop();
        var sentTo = new BitSet();
        for (int slot = 0; slot < count; slot++) {
            Partition target = targets.getPlain(slot);
            if (target != null && !sentTo.get(target.loop().index())) {
                sentTo.set(target.loop().index());
                send(target.loop(), own);
            }
        }
        settled();
        if (unsettled.get() > 0 && acks != NO_ACKS) {
            timer = own.schedule(Math.max(timeoutMs, Limits.LEAST_TIMEOUT_MS), this::timedOut);
        }
    }

    private void send(Loop loop, Loop own) {
        Frame frame = request.frame();
        if (loop == own) {
            appendAll(loop, frame);
            return;
        }
        // The answer may leave, and the request let go of the bytes, before that loop has come to
        // read them, and while it does: so it asks the request for nothing.
        frame.retain();
        loop.execute(() -> {
            if (unsettled.get() > 0) {
                appendAll(loop, frame);
            }
            frame.release();
        });
    }

    private void appendAll(Loop loop, Frame frame) {
        for (int slot = 0; slot < count; slot++) {
            Partition target = targets.getPlain(slot);
            if (target != null && target.loop() == loop) {
                target.append(batches[slot], frame, acks, this, slot);
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
        settled(slot);
    }

    @Override
    public void committed(int slot) {
        settled(slot);
    }

    @Override
    public void lost(int slot, Errors error) {
        answers[slot].setBaseOffset(-1);
        refused(slot, error, null);
    }

    private void settled(int slot) {
        // Whoever sees the slot empty sees all that its answer says.
        targets.setRelease(slot, null);
        settled();
    }

    private void settled() {
        int left = unsettled.decrementAndGet();
        check(left >= 0 || left < OVER / 2, "a slot is settled once", left);
        if (left != 0) {
            return;
        }
        if (request.loop().inLoop()) {
            finish();
        } else {
            request.loop().execute(this::finish);
        }
    }

    private void finish() {
        if (timer != null) {
            timer.cancel();
        }
        boolean failed = failed();
        if (acks != NO_ACKS) {
            if (failed) {
                hints.addTo(request, response);
            }
            request.reply(response);
        } else if (failed) {
            // The client waits for no answer: only the closing tells it that something is wrong.
            request.close("produce without acks failed");
            request.noReply();
        } else {
            request.noReply();
        }
    }

    private void timedOut() {
        if (unsettled.getAndSet(OVER) == 0) {
            // The answer is on its way from another loop.
            return;
        }
        Marks.hit("produce timed out");
        request.reply(inTime());
    }

    /// The response as far as it is known: what is still open belongs to other loops, and is
    /// answered by new rows.
    private ProduceResponseData inTime() {
        var known = new ProduceResponseData();
        int slot = 0;
        for (TopicProduceResponse asked : response.responses()) {
            var rows = new TopicProduceResponse().setName(asked.name())
                    .setTopicId(asked.topicId());
            for (int i = 0; i < asked.partitionResponses().size(); i++, slot++) {
                rows.partitionResponses().add(targets.getAcquire(slot) == null
                        ? answers[slot] : timedOut(asked.partitionResponses().get(i).index()));
            }
            known.responses().add(rows);
        }
        return known;
    }

    private static PartitionProduceResponse timedOut(int index) {
        return new PartitionProduceResponse().setIndex(index).setBaseOffset(-1)
                .setErrorCode(Errors.REQUEST_TIMED_OUT.code())
                .setErrorMessage(Errors.REQUEST_TIMED_OUT.message());
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
