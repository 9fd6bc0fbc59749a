package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Frame;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// What is to be appended to a partition, before its leader has it: refused, kept until the log is
/// open, or handed on.
///
/// Stateless; on the partition's loop.
final class Intake {
    private static final short ALL_IN_SYNC = -1;

    private Intake() {
    }

    /// See [Partition#append]; the log has been opened, or can't be.
    static void append(PartitionBody body, ByteBuffer batch, Frame frame, short acks, Ack ack,
            int slot) {
        check(batch.hasRemaining(), "an append has bytes");
        Errors refusal = refusal(body, acks);
        if (refusal != Errors.NONE) {
            if (body.isServed()) {
                body.refused.refused(batch);
            }
            ack.refused(slot, refusal, null);
        } else if (body.refused.isOvertaking(batch, body.local.log().producers())) {
            Marks.hit("batch comes before one that was refused");
            ack.refused(slot, Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "an earlier batch of the producer was refused and has not come again");
        } else {
            body.refused.forget(batch);
            check(body.leader != null, "who may append leads");
            body.leader.append(batch, frame, acks, ack, slot);
        }
    }

    /// See [Partition#appendDecided].
    static void appendDecided(PartitionBody body, ByteBuffer batch, Ack ack, int slot) {
        if (!body.isServed() || body.leader == null) {
            ack.refused(slot, body.isServed() ? Errors.NOT_LEADER_OR_FOLLOWER : body.offline(),
                    null);
        } else {
            body.leader.appendDecided(batch, ack, slot);
        }
    }

    /// See [Partition#refusal].
    static Errors refusal(PartitionBody body, short acks) {
        Errors offline = body.offline();
        if (offline != Errors.NONE) {
            return offline;
        }
        Leadership now = body.leadership;
        if (!now.isHere()) {
            return Errors.NOT_LEADER_OR_FOLLOWER;
        }
        if (body.dir.isFull()) {
            return Errors.KAFKA_STORAGE_ERROR;
        }
        int least = Math.min(body.settings.minInsyncReplicas(), now.replicas().size());
        return acks == ALL_IN_SYNC && least > now.isr().size()
                ? Errors.NOT_ENOUGH_REPLICAS : Errors.NONE;
    }
}
