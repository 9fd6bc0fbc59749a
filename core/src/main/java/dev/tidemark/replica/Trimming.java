package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// What goes from a partition on purpose: by request, by age and size, by cleaning.
///
/// Stateless; on the partition's loop.
final class Trimming {
    private static final short LEADER_ONLY = 1;

    private Trimming() {
    }

    /// See [Partition#deleteRecords]; the log has been opened, or can't be.
    static void deleteRecords(PartitionBody body, long offset, Ack ack, int slot) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        Errors refusal = Intake.refusal(body, LEADER_ONLY);
        long target = offset == Batch.NONE && refusal == Errors.NONE
                ? body.highWatermark.offset() : offset;
        if (refusal == Errors.NONE && (target < 0 || target > body.highWatermark.offset())) {
            refusal = Errors.OFFSET_OUT_OF_RANGE;
        }
        if (refusal != Errors.NONE) {
            ack.refused(slot, refusal, null);
            return;
        }
        LocalReplica local = body.local;
        boolean raised = local.log().raiseLogStart(target);
        check(local.log().logStartOffset() >= target, "a start that is raised is there", target);
        ack.appended(slot, target, Batch.NONE, local.log().logStartOffset());
        var trim = new Trim(body.owner, body.leader, target, ack);
        if (raised) {
            local.journalStart(body.leadership.leaderEpoch(), trim, slot);
            body.shown.tryPublish();
        } else {
            local.awaitStart(target, trim, slot);
        }
    }

    /// False while files are not to be touched.
    private static boolean isReady(PartitionBody body) {
        return body.isServed() && body.local != null && !body.local.isCutting();
    }

    /// See [Partition#expire].
    static void expire(PartitionBody body, long nowMs, Consumer<RemovedFiles> gone) {
        if (!isReady(body)) {
            return;
        }
        try {
            LocalReplica local = body.local;
            if (local.log().raiseByRetention(nowMs, body.highWatermark.offset())) {
                local.journalStart(body.leadership.leaderEpoch(), new Expiry(body.owner, gone), 0);
                body.shown.publish();
            } else {
                retire(body, gone);
            }
        } catch (IOException unwilling) {
            body.dir.untidy(body.owner, unwilling);
        }
    }

    /// Gives up the segments below the log start that is durable.
    static void retire(PartitionBody body, Consumer<RemovedFiles> gone) {
        try {
            check(body.local != null, "files of an open log are given up");
            RemovedFiles removed = body.local.retire();
            if (!removed.isEmpty()) {
                body.shown.publish();
                gone.accept(removed);
            }
        } catch (IOException unwilling) {
            body.dir.untidy(body.owner, unwilling);
        }
    }

    /// See [Partition#swap].
    static RemovedFiles swap(PartitionBody body, CleanedSegment cleaned) {
        if (!isReady(body)) {
            return null;
        }
        try {
            RemovedFiles replaced = body.local.log().swap(cleaned);
            if (replaced != null) {
                body.shown.publish();
            }
            return replaced;
        } catch (IOException broken) {
            body.breakDown(broken);
            return null;
        }
    }
}
