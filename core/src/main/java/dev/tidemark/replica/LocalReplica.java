package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Durability;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.EpochHistory;
import dev.tidemark.log.Log;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.store.LogDir;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// A partition's log on this node with its way into the journal: what was appended, and how much
/// of that survives a crash.
///
/// Confined to the partition's loop.
final class LocalReplica {
    private final Journaled owner;
    private final LogDir dir;
    private final Log log;
    private final StartRaises raises = new StartRaises();
    private final HeldAppends held = new HeldAppends();
    /// The end of what was handed to the journal last.
    private long journalledEnd;
    /// The end of what was appended last without the journal.
    private long unjournalledEnd;
    private long durableEnd;
    /// The entry of a cut that is on its way into the journal; 0 if there is none.
    private long cutEntry;
    private long cutOffset;
    /// That cut empties the log.
    private boolean restarting;

    LocalReplica(Journaled owner, LogDir dir, Log log) {
        this.owner = owner;
        this.dir = dir;
        this.log = log;
        // What was found on disk after a start is as durable as it will get.
        durableEnd = log.logEndOffset();
        raises.found(log.logStartOffset());
    }

    Log log() {
        return log;
    }

    /// The owner's loop.
    Loop loop() {
        return owner.loop();
    }

    /// All below survives what the topic's durability says it survives (exclusive).
    long durableEnd() {
        return durableEnd;
    }

    private JournalLane lane() {
        return dir.lane(owner.loop());
    }

    /// Sees to it that what the log has just taken becomes durable.
    ///
    /// @param batches the bytes, inside `frame`
    /// @param frame what the bytes belong to; held until they are on disk. Null if nobody lends it
    /// @param leaderEpoch that of the batches
    void secure(ByteBuffer batches, Frame frame, int leaderEpoch, long baseOffset,
            long endOffset, Durability durability) {
        check(endOffset <= log.logEndOffset(), "what is secured was appended", endOffset);
        if (durability == Durability.OS) {
            unjournalledEnd = endOffset;
            reached(durableEnd);
            return;
        }
        journalledEnd = endOffset;
        if (frame != null) {
            frame.retain();
        }
        if (held.isHolding()) {
            held.hold(leaderEpoch, baseOffset, endOffset, batches, frame);
        } else {
            lane().append(owner, leaderEpoch, baseOffset, endOffset, batches, frame);
        }
    }

    /// Takes all below `end` for safe, and what was appended without the journal unless something
    /// below it still waits for its sync: a topic's durability may change at any time.
    void reached(long end) {
        long safeEnd = end < journalledEnd ? end : Math.max(end, unjournalledEnd);
        check(safeEnd <= log.logEndOffset(), "what is safe was appended", safeEnd,
                log.logEndOffset());
        durableEnd = Math.max(durableEnd, safeEnd);
    }

    /// A log start that no crash undoes.
    long durableStart() {
        return raises.durableStart();
    }

    /// Tells who waits for a log start that the lane has delivered.
    void releaseRaises() {
        raises.release(lane().delivered());
    }

    /// Has what the log holds flushed, and keeps appends back until then: recovery would take what
    /// a crash loses of it for a gap below synced records.
    void flushFirst(Runnable flushed) {
        held.begin();
        dir.flush(owner, flushed);
    }

    /// That flush has ended.
    void flushed() {
        if (dir.failure() == null) {
            held.end(owner, lane());
        }
    }

    /// Has the log's start made durable; `ack` is told when it is.
    void journalStart(int leaderEpoch, Ack ack, int slot) {
        JournalLane lane = lane();
        lane.startRaised(owner, leaderEpoch, log.logStartOffset(),
                held.endBelow(log.logEndOffset()));
        raises.add(lane.handedIn(), log.logStartOffset(), ack, slot);
    }

    /// Tells `ack` when a start that was raised before is durable.
    void awaitStart(long startOffset, Ack ack, int slot) {
        raises.await(startOffset, ack, slot);
    }

    /// Gives up the segments below the log start that is durable.
    RemovedFiles retire() throws IOException {
        return log.retire(raises.durableStart());
    }

    /// True while a cut is on its way to the disk: nothing may be appended.
    boolean isCutting() {
        return cutEntry != 0;
    }

    /// True if appends wait for a flush: then nothing can be cut.
    boolean isHolding() {
        return held.isHolding();
    }

    /// Says in the journal that everything from `offset` on is cut off. The log is cut once that is
    /// durable ([#cutIfDue]): a crash before finds all of it, and one after cuts again.
    void journalCut(long offset) throws IOException {
        check(!isCutting() && !isHolding(), "one cut at a time", offset, cutOffset);
        check(offset < log.logEndOffset(), "a cut takes something away", offset);
        // Inside of a batch all of it goes: what the journal says must be what is left.
        long end = log.cutEnd(offset);
        lane().truncated(owner, log.leaderEpochs().epochOf(end), end);
        cutEntry = lane().handedIn();
        cutOffset = end;
        restarting = false;
    }

    /// Says in the journal that the log ends here although it once went on: a crash must not take
    /// what is missing for lost.
    void journalEnd() {
        check(!isCutting() && !isHolding(), "a log that was just opened has not changed");
        lane().truncated(owner, EpochHistory.NO_EPOCH, log.logEndOffset());
    }

    /// Likewise, to empty the log, which goes on at `offset`.
    void journalRestart(int leaderEpoch, long offset) {
        check(!isCutting() && !isHolding(), "one cut at a time", offset, cutOffset);
        lane().restarted(owner, leaderEpoch, offset);
        cutEntry = lane().handedIn();
        cutOffset = offset;
        restarting = true;
    }

    /// Cuts the log if what [#journalCut] has said is durable.
    ///
    /// @return false if nothing was due
    boolean cutIfDue() throws IOException {
        if (!isCutting() || lane().delivered() < cutEntry) {
            return false;
        }
        cutEntry = 0;
        if (restarting) {
            dir.deleteLater(owner, log.truncateFullyAndStartAt(cutOffset),
                    log.config().retention().fileDeleteDelayMs());
        } else {
            log.truncateTo(cutOffset);
        }
        check(log.logEndOffset() <= cutOffset, "what is cut is gone", log.logEndOffset());
        long end = log.logEndOffset();
        dir.cut(owner, end);
        journalledEnd = Math.min(journalledEnd, end);
        unjournalledEnd = Math.min(unjournalledEnd, end);
        durableEnd = restarting ? end : Math.min(durableEnd, end);
        if (restarting || raises.durableStart() > log.logStartOffset()) {
            raises.restarted(log.logStartOffset());
        }
        return true;
    }

    /// An empty log begins inside of the batch that is to come first: it goes back to where that
    /// begins.
    void goBackTo(long batchOffset) throws IOException {
        check(log.logStartOffset() == log.logEndOffset(), "only an empty log goes back",
                log.logStartOffset(), log.logEndOffset());
        log.truncateFullyAndStartAt(batchOffset).delete();
        durableEnd = Math.min(durableEnd, batchOffset);
    }

    /// Nothing becomes durable any more: who waits is told so.
    void fail(Errors reason) {
        check(reason != Errors.NONE, "a replica fails for a reason");
        raises.fail(reason);
        held.drop();
    }
}
