package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Durability;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.record.Batch;
import dev.tidemark.store.LogDir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// One partition on this node: its log, its high watermark, and who waits for it.
///
/// Lives on one loop, chosen by hash; only that loop touches it, so it has no locks. What may be
/// read is published as an immutable [ReadView], which any loop takes without a hop. The log is
/// opened by the first use: a partition that nobody uses costs this object and no file.
///
/// This node leads every partition it has: it is a cluster of one, and the in-sync replicas are
/// itself.
public final class Partition implements Journaled {
    private static final int SOLE_REPLICA = 1;

    private final PartitionId id;
    private final Loop loop;
    private final LogDir dir;
    private final int leaderEpoch;
    private final AckQueue acks = new AckQueue();
    private final StartRaises raises = new StartRaises();
    private final HeldAppends held = new HeldAppends();
    private final List<Watcher> watchers = new ArrayList<>(0);
    private volatile PartitionSettings settings;
    private volatile ReadView view;
    private volatile Errors offline = Errors.NONE;
    /// The log is damaged, and [#view] is what lies before that; written before `offline`.
    private volatile boolean readOnly;
    private Log log;
    private HighWatermark highWatermark;
    /// The end of what was handed to the journal last.
    private long journalledEnd;
    /// The end of what was appended last without the journal.
    private long unjournalledEnd;

    /// @param leaderEpoch the leadership under which this node appends
    public Partition(PartitionId id, Loop loop, LogDir dir, int leaderEpoch,
            PartitionSettings settings) {
        this.id = id;
        this.loop = loop;
        this.dir = dir;
        this.leaderEpoch = leaderEpoch;
        this.settings = settings;
    }

    /// Which partition this is.
    public PartitionId id() {
        return id;
    }

    @Override
    public String name() {
        return id.directory();
    }

    @Override
    public Uuid topicId() {
        return id.topicId();
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public boolean isSynced() {
        return settings.durability() == Durability.SYNC;
    }

    /// The leadership under which this node appends. Any loop may ask.
    public int leaderEpoch() {
        return leaderEpoch;
    }

    /// What the topic's configuration says. Any loop may ask.
    public PartitionSettings settings() {
        return settings;
    }

    /// What may be read now, or null as long as the log has not been opened. Any loop may ask.
    public ReadView view() {
        return view;
    }

    /// Why the partition serves nothing; `NONE` if it does. Any loop may ask.
    public Errors offline() {
        return offline;
    }

    /// True if the log is damaged and [#view] is what can still be read of it: all before the
    /// damage. It is [#offline] all the same, and takes nothing. Any loop may ask.
    public boolean isReadOnly() {
        return readOnly && offline == Errors.KAFKA_STORAGE_ERROR;
    }

    /// Opens the log, if that has not been done: afterwards [#view] is there, or [#offline] says
    /// why not.
    public void open() {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (log != null || offline != Errors.NONE) {
            return;
        }
        try {
            log = dir.openLog(this, settings.log());
            // What was found on disk after a start is as durable as it will get.
            highWatermark = new HighWatermark(log.logEndOffset());
            raises.found(log.logStartOffset());
            publish();
        } catch (CorruptFile damage) {
            view = dir.salvage(this, damage);
            readOnly = view != null;
            goOffline(Errors.KAFKA_STORAGE_ERROR);
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    private void breakDown(IOException cause) {
        dir.fail(cause);
        goOffline(Errors.KAFKA_STORAGE_ERROR);
    }

    /// The log, for whoever works on the partition's loop. Null while [#offline].
    public Log log() {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        return log;
    }

    /// Takes new settings; what waits under the old ones goes on.
    public void configure(PartitionSettings newSettings) {
        check(loop.inLoop(), "a partition is confined to its loop");
        boolean flush = settings.durability() == Durability.OS
                && newSettings.durability() == Durability.SYNC;
        settings = newSettings;
        if (log != null) {
            log.configure(newSettings.log());
            if (flush) {
                // Recovery would take what a crash loses of it for a gap below synced records.
                held.begin();
                dir.flush(this, this::flushed);
            }
        }
    }

    private void flushed() {
        if (offline == Errors.NONE && dir.failure() == null) {
            held.end(this, dir.lane(loop));
        }
    }

    /// Appends one checked batch of a client, giving it offsets in place.
    ///
    /// @param batch the bytes, inside `frame`; written from there to the segment and the journal
    /// @param frame what the bytes belong to; held until they are on disk. Null if nobody lends it
    /// @param acks 0 and 1 are committed once this node keeps the batch, -1 once all in-sync do
    public void append(ByteBuffer batch, Frame frame, short acks, Ack ack, int slot) {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        Errors refusal = refusal(acks);
        if (refusal != Errors.NONE) {
            ack.refused(slot, refusal, null);
            return;
        }
        if (Admission.admit(this, batch, ack, slot)) {
            place(batch, frame, ack, slot);
        }
    }

    /// Appends one batch of a machine, committed once all in-sync replicas keep it. It was decided
    /// before and can't be taken back: a disk that has become full since takes it out of its
    /// reserve.
    public void appendDecided(ByteBuffer batch, Ack ack, int slot) {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        if (offline != Errors.NONE) {
            ack.refused(slot, offline, null);
        } else {
            place(batch, null, ack, slot);
        }
    }

    private void place(ByteBuffer batch, Frame frame, Ack ack, int slot) {
        int at = batch.position();
        long nowMs = loop.clock().millis();
        long baseOffset = log.logEndOffset();
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
            breakDown(broken);
            return;
        }
        ack.appended(slot, baseOffset, appendTimeMs, log.logStartOffset());
        acks.add(endOffset, ack, slot);
        secure(batch, frame, baseOffset, endOffset);
    }

    private void secure(ByteBuffer batch, Frame frame, long baseOffset, long endOffset) {
        if (settings.durability() == Durability.OS) {
            unjournalledEnd = endOffset;
            commit(highWatermark.offset());
            return;
        }
        journalledEnd = endOffset;
        if (frame != null) {
            frame.retain();
        }
        if (held.isHolding()) {
            held.hold(leaderEpoch, baseOffset, endOffset, batch, frame);
        } else {
            dir.lane(loop).append(this, leaderEpoch, baseOffset, endOffset, batch, frame);
        }
    }

    /// Tells `ack` when all below `endOffset` is committed; at once if it is already.
    void await(long endOffset, Ack ack, int slot) {
        if (endOffset <= highWatermark.offset()) {
            ack.committed(slot);
        } else {
            acks.add(endOffset, ack, slot);
        }
    }

    @Override
    public void durable(long endOffset) {
        if (offline != Errors.NONE) {
            return;
        }
        check(loop.inLoop(), "a partition is confined to its loop");
        commit(endOffset);
        raises.release(dir.lane(loop).delivered());
    }

    /// Takes all below `durableEnd` for safe, and what was appended without the journal unless
    /// something below it still waits for its sync: a topic's durability may change at any time.
    private void commit(long durableEnd) {
        long safeEnd = durableEnd < journalledEnd
                ? durableEnd : Math.max(durableEnd, unjournalledEnd);
        check(safeEnd <= log.logEndOffset(), "what is safe was appended", safeEnd,
                log.logEndOffset());
        // The sole in-sync replica is this one: its durable end is the least of all.
        if (highWatermark.advance(safeEnd, log.logEndOffset())) {
            tryPublish();
        }
        acks.release(highWatermark.offset());
    }

    @Override
    public void failed(IOException failure) {
        goOffline(Errors.KAFKA_STORAGE_ERROR);
    }

    private void goOffline(Errors reason) {
        check(reason != Errors.NONE, "a partition goes offline for a reason");
        if (offline == Errors.NONE) {
            offline = reason;
            acks.fail(reason);
            raises.fail(reason);
            held.drop();
            wake();
        }
    }

    /// Serves nothing below `offset` any more (`DeleteRecords`); told like an append.
    ///
    /// @param offset the new log start, or -1 for the high watermark
    public void deleteRecords(long offset, Ack ack, int slot) {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        Errors refusal = refusal((short) 1);
        long target = offset == Batch.NONE && refusal == Errors.NONE
                ? highWatermark.offset() : offset;
        if (refusal == Errors.NONE && (target < 0 || target > highWatermark.offset())) {
            refusal = Errors.OFFSET_OUT_OF_RANGE;
        }
        if (refusal != Errors.NONE) {
            ack.refused(slot, refusal, null);
            return;
        }
        boolean raised = log.raiseLogStart(target);
        ack.appended(slot, target, Batch.NONE, log.logStartOffset());
        if (raised) {
            journalStart(ack, slot);
            tryPublish();
        } else {
            raises.await(target, ack, slot);
        }
    }

    /// Has the log's start made durable; `ack` is told when it is.
    private void journalStart(Ack ack, int slot) {
        JournalLane lane = dir.lane(loop);
        lane.startRaised(this, leaderEpoch, log.logStartOffset(),
                held.endBelow(log.logEndOffset()));
        raises.add(lane.handedIn(), log.logStartOffset(), ack, slot);
    }

    /// Forgets what age and size allow, and what was deleted before. Segments go when no crash can
    /// bring back a log start below them.
    ///
    /// @param gone told, perhaps later, what files are to be deleted once readers have finished;
    ///     not told if there are none
    public void expire(long nowMs, Consumer<RemovedFiles> gone) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (offline != Errors.NONE || log == null) {
            return;
        }
        try {
            if (log.raiseByRetention(nowMs, highWatermark.offset())) {
                journalStart(new Expiry(this, gone), 0);
                publish();
            } else {
                retire(gone);
            }
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    /// Gives up the segments below the log start that is durable.
    void retire(Consumer<RemovedFiles> gone) {
        try {
            RemovedFiles removed = log.retire(raises.durableStart());
            if (!removed.isEmpty()) {
                publish();
                gone.accept(removed);
            }
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    /// Puts a cleaned segment in its place.
    ///
    /// @return files to delete once readers have finished; null if the cleaning is to be given up
    public RemovedFiles swap(CleanedSegment cleaned) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (offline != Errors.NONE || log == null) {
            return null;
        }
        try {
            RemovedFiles replaced = log.swap(cleaned);
            if (replaced != null) {
                publish();
            }
            return replaced;
        } catch (IOException broken) {
            breakDown(broken);
            return null;
        }
    }

    /// The topic is gone: the log is removed, and everybody who waits is told so.
    public void delete() {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (offline != Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            goOffline(Errors.UNKNOWN_TOPIC_OR_PARTITION);
            try {
                dir.deleteLog(this);
            } catch (IOException broken) {
                dir.fail(broken);
            }
        }
    }

    private void tryPublish() {
        try {
            publish();
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    private void publish() throws IOException {
        long end = highWatermark.offset();
        check(end <= log.logEndOffset(), "what is committed is in the log", end,
                log.logEndOffset());
        view = log.view(end, end);
        wake();
    }

    private void wake() {
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).advanced();
        }
    }

    /// Tells the watcher of each advance from now on, until [#unwatch].
    public void watch(Watcher watcher) {
        check(loop.inLoop(), "a partition is confined to its loop");
        watchers.add(watcher);
        open();
        // What advanced while the watcher was on its way to this loop has not been told.
        watcher.advanced();
    }

    /// Forgets a watcher; one that does not watch is no error.
    public void unwatch(Watcher watcher) {
        check(loop.inLoop(), "a partition is confined to its loop");
        watchers.remove(watcher);
    }

    /// Why nothing may be appended now; `NONE` if it may.
    public Errors refusal(short acks) {
        if (offline != Errors.NONE) {
            return offline;
        }
        if (dir.isFull()) {
            return Errors.KAFKA_STORAGE_ERROR;
        }
        return acks == -1 && settings.minInsyncReplicas() > SOLE_REPLICA
                ? Errors.NOT_ENOUGH_REPLICAS : Errors.NONE;
    }
}
