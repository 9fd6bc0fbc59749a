package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Frame;
import dev.tidemark.log.Log;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// A partition during one leadership of this node: appends, and tells who waits for them.
///
/// Appends with `acks` 0 and 1 wait until this node keeps them, those with -1 for the high
/// watermark, which follows the slowest replica in sync.
///
/// Confined to the partition's loop.
final class LeaderReplica {
    private static final short ALL_IN_SYNC = -1;
    private static final long PAUSE_MS = 500;

    private final Partition owner;
    private final LocalReplica local;
    private final HighWatermark highWatermark;
    private final Runnable endOfTurn = this::publishEnd;
    private int leaderEpoch;
    /// Null if no other broker keeps the partition.
    private Followers followers;
    private boolean publishDue;
    private final AckQueue keptHere = new AckQueue();
    private final AckQueue committed = new AckQueue();
    /// By log starts, and not by ends.
    private final AckQueue trimmed = new AckQueue();

    LeaderReplica(Partition owner, LocalReplica local, HighWatermark highWatermark,
            Leadership leadership) {
        this.owner = owner;
        this.local = local;
        this.highWatermark = highWatermark;
        lead(leadership);
    }

    /// Leads on as it is said here, under the same epoch or a later one: who waits goes on waiting.
    final void lead(Leadership leadership) {
        check(leadership.isHere(), "who leads is the leader", leadership.leaderId());
        if (leadership.isSole()) {
            followers = null;
        } else if (followers != null && leadership.leaderEpoch() == leaderEpoch) {
            followers.take(leadership);
        } else {
            followers = new Followers(leadership, local.log().logEndOffset(), nowNs());
        }
        leaderEpoch = leadership.leaderEpoch();
    }

    private long nowNs() {
        return local.loop().clock().nanos();
    }

    /// Appends one checked batch, unless its producer has sent it before.
    void append(ByteBuffer batch, Frame frame, short acks, Ack ack, int slot) {
        if (Admission.admit(this, owner.settings(), batch, acks, ack, slot)) {
            place(batch, frame, acks, ack, slot);
        }
    }

    /// Appends one batch as it is, committed once all in-sync replicas keep it.
    void appendDecided(ByteBuffer batch, Ack ack, int slot) {
        place(batch, null, ALL_IN_SYNC, ack, slot);
    }

    private void place(ByteBuffer batch, Frame frame, short acks, Ack ack, int slot) {
        int at = batch.position();
        Log log = local.log();
        long nowMs = local.loop().clock().millis();
        long baseOffset = log.logEndOffset();
        PartitionSettings settings = owner.settings();
        Batch.setBaseOffset(batch, at, baseOffset);
        Batch.setLeaderEpoch(batch, at, leaderEpoch);
        long appendTimeMs = Batch.NONE;
        if (settings.rules().isLogAppendTime()) {
            appendTimeMs = nowMs;
            Batch.setLogAppendTime(batch, at, nowMs);
        }
        long endOffset;
        try {
            endOffset = log.append(batch, nowMs);
        } catch (IOException broken) {
            ack.refused(slot, Errors.KAFKA_STORAGE_ERROR, broken.getMessage());
            owner.breakDown(broken);
            return;
        }
        check(endOffset > baseOffset, "an append ends behind its beginning", endOffset);
        ack.appended(slot, baseOffset, appendTimeMs, log.logStartOffset());
        queueOf(acks).add(endOffset, ack, slot);
        long before = local.durableEnd();
        local.secure(batch, frame, leaderEpoch, baseOffset, endOffset, settings.durability());
        if (followers != null) {
            publishAtEndOfTurn();
        }
        if (local.durableEnd() > before) {
            advance();
        }
    }

    /// Those who replicate read up to the log's end.
    private void publishAtEndOfTurn() {
        if (!publishDue) {
            publishDue = true;
            local.loop().atEndOfTurn(endOfTurn);
        }
    }

    private void publishEnd() {
        publishDue = false;
        owner.publishEnd();
    }

    private AckQueue queueOf(short acks) {
        return acks == ALL_IN_SYNC ? committed : keptHere;
    }

    Log log() {
        return local.log();
    }

    /// Tells `ack` when all below `endOffset` is as safe as `acks` wants; at once if it is already.
    void await(long endOffset, short acks, Ack ack, int slot) {
        if (isSafe(endOffset, acks)) {
            ack.committed(slot);
        } else {
            queueOf(acks).add(endOffset, ack, slot);
        }
    }

    /// True if all below `endOffset` is as safe as `acks` wants.
    boolean isSafe(long endOffset, short acks) {
        return endOffset <= (acks == ALL_IN_SYNC ? highWatermark.offset() : local.durableEnd());
    }

    /// What is durable here or elsewhere has moved: so may the high watermark.
    void advance() {
        long durableEnd = local.durableEnd();
        long slowest = followers == null ? durableEnd
                : followers.slowestEnd(durableEnd, owner.settings().minInsyncReplicas());
        check(slowest <= durableEnd, "what is not durable here is not committed", slowest,
                durableEnd);
        if (highWatermark.advance(slowest, local.log().logEndOffset())) {
            owner.tryPublish();
        }
        keptHere.release(durableEnd);
        committed.release(highWatermark.offset());
        releaseTrimmed();
    }

    /// True if no replica in sync can take itself for the leader any more.
    boolean isAccepted() {
        return followers == null || followers.areHeard();
    }

    /// Another replica has fetched, and told how far it is durable.
    void fetched(int brokerId, long brokerEpoch, long durableEnd, long durableStart) {
        if (followers == null) {
            return;
        }
        long leaderEnd = local.log().logEndOffset();
        if (followers.fetched(brokerId, brokerEpoch, Math.min(durableEnd, leaderEnd), leaderEnd,
                nowNs())) {
            advance();
        }
        followers.starts(brokerId, durableStart);
        releaseTrimmed();
        propose(followers.growth(brokerId, owner.id(), highWatermark.offset(),
                local.durableStart(), nowNs()));
    }

    /// Looks for replicas in sync that have not kept up for so long.
    void checkLag(long mostNs) {
        if (followers != null) {
            propose(followers.shrinking(owner.id(), local.log().logEndOffset(), nowNs(), mostNs));
        }
    }

    /// Tells `ack` when every replica in sync starts at `startOffset`, or later.
    void awaitTrimmed(long startOffset, Ack ack, int slot) {
        trimmed.add(startOffset, ack, slot);
        releaseTrimmed();
    }

    private void releaseTrimmed() {
        trimmed.release(followers == null ? Long.MAX_VALUE : followers.leastStart());
    }

    private void propose(IsrPort.Proposal proposal) {
        if (proposal != null) {
            owner.isrPort().propose(proposal, local.loop(), answer -> answered(proposal, answer));
        }
    }

    private void answered(IsrPort.Proposal proposal, IsrPort.Answer answer) {
        if (followers == null || !owner.isLedBy(this)) {
            return;
        }
        // What was accepted holds once the metadata says so, which knows more than the answer:
        // until then the high watermark waits for who is in sync before or after.
        boolean accepted = answer.error() == Errors.NONE
                && answer.partitionEpoch() > proposal.partitionEpoch();
        if (answer.error() == Errors.INELIGIBLE_REPLICA) {
            followers.drop(proposal, nowNs());
            // Whoever it would have brought in has held up the others meanwhile.
            advance();
        } else if (!accepted) {
            // It may be the second answer to what was accepted at first: only the metadata tells.
            Marks.hit("outcome of a change of the replicas in sync is open");
            local.loop().schedule(PAUSE_MS, () -> proposeAgain(proposal));
        }
    }

    private void proposeAgain(IsrPort.Proposal proposal) {
        if (followers != null && owner.isLedBy(this) && followers.isOpen(proposal)) {
            propose(proposal);
        }
    }

    /// The leadership is over, or the partition: all who wait are told so.
    void end(Errors reason) {
        check(reason != Errors.NONE, "a leadership ends for a reason", leaderEpoch);
        keptHere.fail(reason);
        committed.fail(reason);
        trimmed.fail(reason);
    }
}
