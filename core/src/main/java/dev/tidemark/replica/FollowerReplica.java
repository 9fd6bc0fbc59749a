package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Frame;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.log.EpochHistory;
import dev.tidemark.log.Log;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// A partition during one leadership of another node: takes over the leader's bytes as they are.
///
/// The log is cut back by leader epochs and by nothing else: never by the high watermark, which may
/// be old. A cut is in the journal before the log is cut, and nothing is fetched or told meanwhile.
///
/// Confined to the partition's loop.
public final class FollowerReplica {
    private static final long NOWHERE = -1;

    private final Partition owner;
    private final LocalReplica local;
    private final HighWatermark highWatermark;
    private final Leadership leadership;
    private Watcher progress = () -> { };
    private String damage;
    private long wantedCut = NOWHERE;
    private long wantedRestart = NOWHERE;

    FollowerReplica(Partition owner, LocalReplica local, HighWatermark highWatermark,
            Leadership leadership) {
        check(!leadership.isHere(), "who follows does not lead", leadership.leaderId());
        this.owner = owner;
        this.local = local;
        this.highWatermark = highWatermark;
        this.leadership = leadership;
    }

    /// What became of bytes that were fetched.
    public enum Taken {
        /// They are in the log.
        APPENDED,
        /// They answer a question of another leadership, or of another end: nothing was done.
        STALE,
        /// They are not what a leader sends: nothing was done.
        DAMAGED
    }

    /// Who leads.
    public int leaderId() {
        return leadership.leaderId();
    }

    /// The leadership that is followed.
    public int leaderEpoch() {
        return leadership.leaderEpoch();
    }

    /// The next offset to fetch: the log's end.
    public long fetchOffset() {
        return local.log().logEndOffset();
    }

    /// The epoch of the last record here; -1 if that is not known.
    public int lastFetchedEpoch() {
        long end = local.log().logEndOffset();
        return end == 0 ? EpochHistory.NO_EPOCH : local.log().leaderEpochs().epochOf(end - 1);
    }

    /// The first offset here, as no crash undoes it.
    public long durableStart() {
        return local.durableStart();
    }

    /// All below survives a crash of this node.
    public long durableEnd() {
        return local.durableEnd();
    }

    /// True as long as nothing may be fetched or told: the log is about to be cut, or has a hole.
    public boolean isCutting() {
        return local.isCutting() || wantedCut != NOWHERE || wantedRestart != NOWHERE
                || owner.isHoled();
    }

    /// `watcher` is told when the durable end has moved or a cut is done, until another is set.
    public void onProgress(Watcher watcher) {
        progress = watcher;
    }

    private boolean isStale(int leaderEpoch, long fetchOffset) {
        return leaderEpoch != leadership.leaderEpoch() || fetchOffset != fetchOffset()
                || isCutting() || !owner.isFollowedBy(this);
    }

    /// Appends what a fetch from `fetchOffset` on has brought. A batch that is not whole at its
    /// end is left out.
    ///
    /// @param leaderEpoch the leadership that was asked
    /// @param batches from position to limit, inside `frame`
    /// @param frame what the bytes belong to; held until they are on disk
    public Taken append(int leaderEpoch, long fetchOffset, ByteBuffer batches, Frame frame) {
        if (isStale(leaderEpoch, fetchOffset)) {
            Marks.hit("answer to a replica's fetch comes too late");
            return Taken.STALE;
        }
        int end = FetchedBatches.wholeEnd(batches, fetchOffset, lastFetchedEpoch(), leaderEpoch);
        if (end < 0) {
            damage = FetchedBatches.describe(batches, ~end) + " fetchOffset=" + fetchOffset
                    + " lastEpoch=" + lastFetchedEpoch() + " epoch=" + leaderEpoch;
            return Taken.DAMAGED;
        }
        if (end > batches.position()) {
            try {
                append(batches.duplicate().limit(end), frame);
            } catch (IOException broken) {
                owner.breakDown(broken);
            }
        }
        return Taken.APPENDED;
    }

    private void append(ByteBuffer whole, Frame frame) throws IOException {
        Log log = local.log();
        long first = Batch.baseOffset(whole, whole.position());
        long startOffset = log.logStartOffset();
        if (first < log.logEndOffset()) {
            Marks.hit("leader's log starts inside of a batch");
            local.goBackTo(first);
        }
        long before = log.logEndOffset();
        log.appendFetched(whole, local.loop().clock().millis());
        log.raiseLogStart(startOffset);
        int at = whole.position();
        int from = at;
        long base = before;
        while (at < whole.limit()) {
            int leaderEpoch = Batch.leaderEpoch(whole, at);
            long next = Batch.nextOffset(whole, at);
            at += Batch.sizeInBytes(whole, at);
            // A frame of the journal speaks of one leadership.
            if (at == whole.limit() || Batch.leaderEpoch(whole, at) != leaderEpoch) {
                local.secure(whole.duplicate().position(from).limit(at), frame, leaderEpoch, base,
                        next, owner.settings().durability());
                from = at;
                base = next;
            }
        }
        check(base == log.logEndOffset(), "all that was appended is secured", base);
    }

    /// What was wrong with the bytes that were found damaged last.
    public String damage() {
        return damage;
    }

    /// Takes over how far the leader says that its log is committed, and where it starts.
    public void heard(int leaderEpoch, long leaderHighWatermark, long leaderLogStart) {
        if (leaderEpoch != leadership.leaderEpoch() || isCutting() || !owner.isFollowedBy(this)) {
            return;
        }
        Log log = local.log();
        long end = log.logEndOffset();
        long committed = Math.min(leaderHighWatermark, end);
        boolean moved = committed > highWatermark.offset()
                && highWatermark.advance(committed, end);
        check(highWatermark.offset() <= end, "what is committed is in the log", end);
        long start = Math.min(leaderLogStart, highWatermark.offset());
        if (log.raiseLogStart(start)) {
            local.journalStart(leadership.leaderEpoch(), new Unasked(), 0);
            moved = true;
        }
        if (moved) {
            owner.tryPublish();
        }
    }

    /// The leader's history parts from ours: cuts the log back, perhaps not far enough yet.
    ///
    /// @param lastEpoch the epoch of our last record when the leader was asked: by now there may be
    ///     another one in its place, which the leader was not asked about
    /// @param leaderEnd where the greatest epoch ends, at or below ours, that the leader knows
    public void diverged(int leaderEpoch, long fetchOffset, int lastEpoch, EpochEnd leaderEnd) {
        if (isStale(leaderEpoch, fetchOffset) || lastEpoch != lastFetchedEpoch()
                || leaderEnd.equals(EpochEnd.UNKNOWN)) {
            return;
        }
        EpochEnd ours = local.log().leaderEpochs()
                .endOffsetFor(leaderEnd.leaderEpoch(), fetchOffset);
        long target = Math.min(leaderEnd.endOffset(), fetchOffset);
        if (!ours.equals(EpochEnd.UNKNOWN)) {
            target = Math.min(target, ours.endOffset());
        }
        if (target < fetchOffset) {
            check(target >= 0, "a log is cut at an offset", target);
            wantedCut = target;
            cut();
        }
    }

    /// All from `offset` on is damaged: it is cut off, to be fetched again.
    void cutFrom(long offset) {
        check(offset >= 0, "a log is cut at an offset", offset);
        if (offset < fetchOffset()) {
            wantedCut = offset;
            cut();
        }
    }

    /// The leader has nothing any more of what would come next here: begins anew where it starts.
    public void restart(int leaderEpoch, long fetchOffset, long leaderLogStart) {
        if (!isStale(leaderEpoch, fetchOffset)) {
            wantedRestart = leaderLogStart;
            cut();
        }
    }

    /// What is wanted is said in the journal, as soon as that takes it.
    private void cut() {
        if (local.isCutting() || local.isHolding()) {
            return;
        }
        if (wantedCut != NOWHERE) {
            journalCut(wantedCut);
        } else if (wantedRestart != NOWHERE) {
            local.journalRestart(leadership.leaderEpoch(), wantedRestart);
        }
        wantedCut = NOWHERE;
        wantedRestart = NOWHERE;
    }

    private void journalCut(long offset) {
        try {
            local.journalCut(offset);
        } catch (IOException broken) {
            owner.breakDown(broken);
        }
    }

    /// The durable end may have moved, or a cut is done.
    void progressed() {
        cut();
        progress.advanced();
    }

    /// Nobody asks for a log start of a follower.
    private record Unasked() implements Ack {
        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs,
                long logStartOffset) {
            // Not an append.
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            // Not an append.
        }

        @Override
        public void committed(int slot) {
            // Segments below go with the next retention.
        }

        @Override
        public void lost(int slot, Errors error) {
            // The leader will say it again.
        }
    }
}
