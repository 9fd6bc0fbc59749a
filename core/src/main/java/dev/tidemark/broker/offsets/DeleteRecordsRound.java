package dev.tidemark.broker.offsets;

import dev.tidemark.base.Limits;
import dev.tidemark.base.RowSpread;
import dev.tidemark.broker.Request;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// One DeleteRecords request on its way: answered when every partition has said what became of it,
/// or when the client's time is over.
///
/// Confined to the connection's loop; what partitions say is brought there.
final class DeleteRecordsRound {
    private static final long NO_LOW_WATERMARK = -1;

    private final Request request;
    private final DeleteRecordsResponseData response = new DeleteRecordsResponseData();
    private final List<Slot> slots = new ArrayList<>();
    private DeleteRecordsTopicResult topic;
    private int unsettled;
    private boolean answered;
    private Loop.Timer timer;

    DeleteRecordsRound(Request request) {
        this.request = request;
    }

    /// The partitions that follow are of this topic.
    void topic(String name) {
        topic = new TopicRow(response.topics().size()).setName(name);
        response.topics().add(topic);
    }

    /// Adds one partition.
    ///
    /// @param offset the new log start, or -1 for the high watermark
    /// @param refusal why nothing is to be asked of it; `NONE` if it is
    void add(int index, Partition partition, long offset, Errors refusal) {
        var answer = new PartitionRow(topic.partitions().size()).setPartitionIndex(index)
                .setLowWatermark(NO_LOW_WATERMARK).setErrorCode(refusal.code());
        topic.partitions().add(answer);
        if (refusal == Errors.NONE) {
            slots.add(new Slot(partition, offset, answer));
        }
    }

    /// Asks every partition.
    void start(int timeoutMs) {
        if (slots.isEmpty()) {
            answer();
            return;
        }
        unsettled = slots.size();
        timer = request.loop().schedule(
                Math.max(timeoutMs, Limits.LEAST_TIMEOUT_MS), this::timedOut);
        for (Slot slot : slots) {
            slot.partition.loop().execute(slot::ask);
        }
    }

    private void timedOut() {
        for (Slot slot : slots) {
            if (!slot.settled) {
                slot.answer.setErrorCode(Errors.REQUEST_TIMED_OUT.code());
            }
        }
        answer();
    }

    private void answer() {
        answered = true;
        request.reply(response);
    }

    private void settle(Slot slot, Errors error, long lowWatermark) {
        if (answered) {
            return;
        }
        slot.settled = true;
        slot.answer.setErrorCode(error.code()).setLowWatermark(lowWatermark);
        unsettled--;
        if (unsettled == 0) {
            timer.cancel();
            answer();
        }
    }

    /// One partition's part.
    private final class Slot implements Ack {
        private final Partition partition;
        private final long offset;
        private final DeleteRecordsPartitionResult answer;
        private boolean settled;
        /// The partition's loop's own.
        private long lowWatermark = NO_LOW_WATERMARK;

        Slot(Partition partition, long offset, DeleteRecordsPartitionResult answer) {
            this.partition = partition;
            this.offset = offset;
            this.answer = answer;
        }

        void ask() {
            partition.deleteRecords(offset, this, 0);
        }

        private void tell(Errors error) {
            long reached = error == Errors.NONE ? lowWatermark : NO_LOW_WATERMARK;
            request.loop().execute(() -> settle(this, error, reached));
        }

        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs,
                long logStartOffset) {
            lowWatermark = logStartOffset;
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            tell(error);
        }

        @Override
        public void committed(int slot) {
            tell(Errors.NONE);
        }

        @Override
        public void lost(int slot, Errors error) {
            tell(error);
        }
    }

    /// A row that lies in the answer's table by its number, see [RowSpread].
    private static final class TopicRow extends DeleteRecordsTopicResult {
        private final int number;

        TopicRow(int number) {
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

    /// As [TopicRow], of a partition.
    private static final class PartitionRow extends DeleteRecordsPartitionResult {
        private final int number;

        PartitionRow(int number) {
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
