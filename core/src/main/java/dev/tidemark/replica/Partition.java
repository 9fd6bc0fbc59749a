package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Marks;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.record.Batch;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.LogOpening;
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
/// It leads ([LeaderReplica]) or follows ([FollowerReplica]) as its [Leadership] says, which may
/// change at any time.
public final class Partition implements Journaled {
    private final PartitionId id;
    private final Loop loop;
    private final LogDir dir;
    private final IsrPort isrPort;
    private final List<Watcher> watchers = new ArrayList<>(0);
    /// Of the log's end; null as long as there was none.
    private List<Watcher> endWatchers;
    private volatile PartitionSettings settings;
    private volatile Leadership leadership;
    private volatile ReadView view;
    private volatile Errors offline = Errors.NONE;
    /// The log is damaged, and [#view] is what lies before that; written before `offline`.
    private volatile boolean readOnly;
    private final RefusedBatches refused = new RefusedBatches();
    private final Opening opening = new Opening();
    private LocalReplica local;
    private HighWatermark highWatermark;
    /// One of the two is there once the log is open.
    private LeaderReplica leader;
    private FollowerReplica follower;
    private final Damage damage = new Damage(this);
    /// What is to hold when the cut is done that is under way; null if nothing.
    private Leadership next;

    /// A partition that this node alone keeps.
    ///
    /// @param leaderEpoch the leadership under which this node appends
    public Partition(PartitionId id, Loop loop, LogDir dir, int leaderEpoch,
            PartitionSettings settings) {
        this(id, loop, dir, Leadership.alone(leaderEpoch), settings, IsrPort.NONE);
    }

    /// @param leadership who leads at first
    /// @param isrPort where it asks for changes of the replicas in sync, when it leads
    public Partition(PartitionId id, Loop loop, LogDir dir, Leadership leadership,
            PartitionSettings settings, IsrPort isrPort) {
        this.id = id;
        this.loop = loop;
        this.dir = dir;
        this.leadership = leadership;
        this.settings = settings;
        this.isrPort = isrPort;
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

    /// Who leads, and who is in sync. Any loop may ask.
    public Leadership leadership() {
        return leadership;
    }

    /// The present leadership's number. Any loop may ask.
    public int leaderEpoch() {
        return leadership.leaderEpoch();
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

    /// Begins to open the log, if that has not been done. Where nothing lies on disk [#view] is
    /// there afterwards; else it comes when files have been looked at, off the loop, and watchers
    /// are told. [#offline] says if it can't be opened.
    public void open() {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (local == null && offline == Errors.NONE && !opening.isUnderWay()) {
            opening.begin();
            dir.openLog(this, settings.log(), this::opened);
        }
    }

    /// Opens the log, if that has not been done, and runs the task when it is open or [#offline]:
    /// inside of the call if that is so now.
    public void whenOpen(Runnable task) {
        open();
        if (opening.isUnderWay()) {
            opening.await(task);
        } else {
            task.run();
        }
    }

    private void opened(LogOpening end) {
        List<Runnable> waiting = opening.end();
        if (offline == Errors.NONE) {
            takeOpened(end);
        }
        waiting.forEach(Runnable::run);
    }

    private void takeOpened(LogOpening end) {
        try {
            found(end);
        } catch (CorruptFile unreadable) {
            dir.unreadable(this, unreadable);
            abandon();
            goOffline(Errors.KAFKA_STORAGE_ERROR);
            damage.found(unreadable);
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    private void abandon() {
        dir.abandonLog(this);
        local = null;
        leader = null;
        follower = null;
        view = null;
    }

    private void found(LogOpening end) throws IOException {
        switch (end) {
            case LogOpening.Whole whole -> {
                whole.log().configure(settings.log());
                begin(new LocalReplica(this, dir, whole.log()));
                if (view == null) {
                    publish();
                }
                if (whole.lostFrom() != LogOpening.NOTHING_LOST) {
                    damage.foundHole(whole.lostFrom());
                }
            }
            case LogOpening.Damaged found -> {
                view = found.readable();
                readOnly = view != null;
                goOffline(Errors.KAFKA_STORAGE_ERROR);
                damage.found(found.why());
            }
            case LogOpening.Broken broken -> breakDown(broken.why());
        }
    }

    private void begin(LocalReplica opened) {
        local = opened;
        // What others have of it is not known yet.
        highWatermark = new HighWatermark(local.log().logStartOffset());
        begin();
    }

    /// Opens a damaged log with what is sound of it: the rest comes from other replicas. Until then
    /// it is [#offline].
    void reopen(CorruptFile why) {
        check(local == null && !leadership.isHere(), "a log is mended that could not be opened");
        opening.begin();
        dir.mendLog(this, settings.log(), why, this::reopened);
    }

    private void reopened(LogOpening end) {
        List<Runnable> waiting = opening.end();
        if (offline == Errors.KAFKA_STORAGE_ERROR) {
            Marks.hit("damaged log is opened with what is sound of it");
            view = null;
            readOnly = false;
            offline = Errors.NONE;
            takeOpened(end);
            if (local != null) {
                local.journalEnd();
            }
        }
        waiting.forEach(Runnable::run);
    }

    /// Bytes at that offset are not what they were, whoever has found it: they are fetched again
    /// from another replica, if there is one that has them.
    public void damaged(long offset) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (offline == Errors.NONE && local != null && offset < local.log().logEndOffset()
                && damage.found(Math.max(offset, local.log().logStartOffset()))) {
            dir.damaged(this, view, offset);
        }
    }

    /// Gives up the segment that holds a damaged offset, and all behind it: an index that leads
    /// into it is not relied on. Of a log with a hole all goes that is behind that.
    void cutDamaged(long offset, long holeFrom) {
        check(follower != null, "a leader's log is not cut", leaderEpoch());
        follower.cutFrom(Math.min(holeFrom,
                offset == Damage.NOWHERE ? offset : view.segmentStart(offset)));
    }

    /// See [Damage#isHoled].
    boolean isHoled() {
        return damage.isHoled();
    }

    void breakDown(IOException cause) {
        dir.fail(cause);
        goOffline(Errors.KAFKA_STORAGE_ERROR);
    }

    /// The log, for whoever works on the partition's loop. Null while [#offline], and until it is
    /// open: see [#whenOpen].
    public Log log() {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        return local == null ? null : local.log();
    }

    /// Takes over who leads from now on; what says nothing new is left alone.
    public void assume(Leadership newer) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (newer.isStale(next == null ? leadership : next)) {
            return;
        }
        if (local != null && local.isCutting()) {
            // The journal says that the log is cut: nothing may be appended before it is.
            Marks.hit("leadership waits for a cut");
            next = newer;
        } else {
            take(newer);
        }
    }

    private void take(Leadership newer) {
        check(newer.leaderEpoch() >= leadership.leaderEpoch(), "leader epochs rise",
                newer.leaderEpoch(), leadership.leaderEpoch());
        boolean same = newer.leaderEpoch() == leadership.leaderEpoch();
        if (local == null || offline != Errors.NONE) {
            leadership = newer;
        } else {
            change(newer, same);
        }
        damage.follow(newer);
        isrPort.assumed(this);
    }

    private void change(Leadership newer, boolean same) {
        // Who sees a leadership sees what the log held when it began.
        tryPublish();
        leadership = newer;
        if (leader != null && newer.isHere()) {
            leader.lead(newer);
        } else if (!same || follower == null) {
            if (leader != null) {
                leader.end(Errors.NOT_LEADER_OR_FOLLOWER);
            }
            begin();
        }
        if (leader != null) {
            leader.advance();
        }
        wake();
    }

    private void begin() {
        boolean here = leadership.isHere();
        leader = here ? new LeaderReplica(this, local, highWatermark, leadership) : null;
        follower = here ? null : new FollowerReplica(this, local, highWatermark, leadership);
        if (here) {
            leader.advance();
        }
    }

    /// The partition as a follower; null if this node leads it, it is offline, or it is not open
    /// yet: see [#whenOpen]. On the partition's loop.
    public FollowerReplica follower() {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        return offline == Errors.NONE ? follower : null;
    }

    boolean isFollowedBy(FollowerReplica asking) {
        return follower == asking && offline == Errors.NONE;
    }

    boolean isLedBy(LeaderReplica asking) {
        return leader == asking && offline == Errors.NONE;
    }

    IsrPort isrPort() {
        return isrPort;
    }

    /// Another replica has fetched without an error; ignored unless this node leads under that
    /// epoch.
    ///
    /// @param brokerEpoch the registration of the broker that fetches, or -1
    /// @param durableEnd all below survives a crash there (exclusive)
    /// @param durableStart its log starts there, and no crash undoes that
    public void fetched(int leaderEpoch, int brokerId, long brokerEpoch, long durableEnd,
            long durableStart) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (leader != null && offline == Errors.NONE && leaderEpoch == leadership.leaderEpoch()) {
            boolean before = leader.isAccepted();
            leader.fetched(brokerId, brokerEpoch, durableEnd, durableStart);
            if (!before && isAccepted()) {
                wake();
            }
        }
    }

    /// True if this node leads and every replica in sync has fetched from it since: none of them
    /// can take itself for the leader any more. Watchers are told when it becomes so.
    public boolean isAccepted() {
        check(loop.inLoop(), "a partition is confined to its loop");
        return leader != null && offline == Errors.NONE && leader.isAccepted();
    }

    /// Proposes to take replicas out of the ISR that have not kept up for so long.
    public void checkLag(long mostNs) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (leader != null && offline == Errors.NONE) {
            leader.checkLag(mostNs);
        }
    }

    /// Takes new settings; what waits under the old ones goes on.
    public void configure(PartitionSettings newSettings) {
        check(loop.inLoop(), "a partition is confined to its loop");
        boolean flush = settings.durability() == Durability.OS
                && newSettings.durability() == Durability.SYNC;
        settings = newSettings;
        if (local != null) {
            local.log().configure(newSettings.log());
            if (flush) {
                local.flushFirst(this::flushed);
            }
            if (leader != null && offline == Errors.NONE) {
                leader.advance();
            }
        }
    }

    private void flushed() {
        if (offline == Errors.NONE) {
            local.flushed();
            if (follower != null) {
                follower.progressed();
            }
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
        if (opening.isUnderWay()) {
            appendLater(batch, frame, acks, ack, slot);
            return;
        }
        Errors refusal = refusal(acks);
        if (refusal != Errors.NONE) {
            if (offline == Errors.NONE) {
                refused.refused(batch);
            }
            ack.refused(slot, refusal, null);
        } else if (refused.isOvertaking(batch, local.log().producers())) {
            Marks.hit("batch comes before one that was refused");
            ack.refused(slot, Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "an earlier batch of the producer was refused and has not come again");
        } else {
            refused.forget(batch);
            leader.append(batch, frame, acks, ack, slot);
        }
    }

    private void appendLater(ByteBuffer batch, Frame frame, short acks, Ack ack, int slot) {
        Marks.hit("append waits for its log to be opened");
        if (frame != null) {
            frame.retain();
        }
        opening.await(() -> {
            append(batch, frame, acks, ack, slot);
            if (frame != null) {
                frame.release();
            }
        });
    }

    /// Appends one batch of a machine, committed once all in-sync replicas keep it. It was decided
    /// before and can't be taken back: a disk that has become full since takes it out of its
    /// reserve.
    public void appendDecided(ByteBuffer batch, Ack ack, int slot) {
        check(loop.inLoop(), "a partition is confined to its loop");
        open();
        if (offline != Errors.NONE || leader == null) {
            ack.refused(slot, offline == Errors.NONE ? Errors.NOT_LEADER_OR_FOLLOWER : offline,
                    null);
        } else {
            leader.appendDecided(batch, ack, slot);
        }
    }

    @Override
    public void durable(long endOffset) {
        if (offline != Errors.NONE) {
            return;
        }
        check(loop.inLoop(), "a partition is confined to its loop");
        boolean cut = local.isCutting() && cutIfDue();
        if (offline != Errors.NONE) {
            return;
        }
        // A cut in a gap that cleaning has left ends the log before it.
        local.reached(cut ? Math.min(endOffset, local.log().logEndOffset()) : endOffset);
        local.releaseRaises();
        if (leader != null) {
            leader.advance();
        } else if (follower != null) {
            follower.progressed();
        }
        takeNext();
    }

    private boolean cutIfDue() {
        try {
            if (!local.cutIfDue()) {
                return false;
            }
        } catch (IOException broken) {
            breakDown(broken);
            return false;
        }
        check(leader == null, "a leader's log is not cut", leaderEpoch());
        highWatermark.cut(local.log().logStartOffset(), local.log().logEndOffset());
        tryPublish();
        return true;
    }

    private void takeNext() {
        if (next != null && !local.isCutting()) {
            Leadership due = next;
            next = null;
            take(due);
        }
    }

    @Override
    public void failed(IOException failure) {
        goOffline(Errors.KAFKA_STORAGE_ERROR);
    }

    private void goOffline(Errors reason) {
        check(reason != Errors.NONE, "a partition goes offline for a reason");
        if (offline == Errors.NONE) {
            offline = reason;
            if (leader != null) {
                leader.end(reason);
            }
            if (local != null) {
                local.fail(reason);
            }
            wake();
        }
    }

    /// Serves nothing below `offset` any more (`DeleteRecords`); told like an append, once every
    /// replica in sync starts there durably.
    ///
    /// @param offset the new log start, or -1 for the high watermark
    public void deleteRecords(long offset, Ack ack, int slot) {
        whenOpen(() -> deleteOpened(offset, ack, slot));
    }

    private void deleteOpened(long offset, Ack ack, int slot) {
        check(loop.inLoop(), "a partition is confined to its loop");
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
        boolean raised = local.log().raiseLogStart(target);
        ack.appended(slot, target, Batch.NONE, local.log().logStartOffset());
        var trim = new Trim(this, leader, target, ack);
        if (raised) {
            local.journalStart(leaderEpoch(), trim, slot);
            tryPublish();
        } else {
            local.awaitStart(target, trim, slot);
        }
    }

    /// Forgets what age and size allow, and what was deleted before. Segments go when no crash can
    /// bring back a log start below them. What fails is said and tried again by the next call:
    /// nobody was promised that old files go.
    ///
    /// @param gone told, perhaps later, what files are to be deleted once readers have finished;
    ///     not told if there are none
    public void expire(long nowMs, Consumer<RemovedFiles> gone) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (offline != Errors.NONE || local == null || local.isCutting()) {
            return;
        }
        try {
            if (local.log().raiseByRetention(nowMs, highWatermark.offset())) {
                local.journalStart(leaderEpoch(), new Expiry(this, gone), 0);
                publish();
            } else {
                retire(gone);
            }
        } catch (IOException unwilling) {
            dir.untidy(this, unwilling);
        }
    }

    /// Gives up the segments below the log start that is durable.
    void retire(Consumer<RemovedFiles> gone) {
        try {
            RemovedFiles removed = local.retire();
            if (!removed.isEmpty()) {
                publish();
                gone.accept(removed);
            }
        } catch (IOException unwilling) {
            dir.untidy(this, unwilling);
        }
    }

    /// Puts a cleaned segment in its place.
    ///
    /// @return files to delete once readers have finished; null if the cleaning is to be given up
    public RemovedFiles swap(CleanedSegment cleaned) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (offline != Errors.NONE || local == null || local.isCutting()) {
            return null;
        }
        try {
            RemovedFiles replaced = local.log().swap(cleaned);
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
            damage.forget();
            dir.deleteLog(this);
        }
    }

    void tryPublish() {
        try {
            publish();
        } catch (CorruptFile found) {
            damaged(highWatermark.offset());
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    /// The log has grown, and nothing more of it is committed.
    void publishEnd() {
        if (offline != Errors.NONE) {
            return;
        }
        try {
            view = local.log().view(highWatermark.offset(), highWatermark.offset());
            tell(endWatchers);
        } catch (IOException broken) {
            breakDown(broken);
        }
    }

    private void publish() throws IOException {
        long end = highWatermark.offset();
        check(end <= local.log().logEndOffset(), "what is committed is in the log", end,
                local.log().logEndOffset());
        view = local.log().view(end, end);
        wake();
    }

    private void wake() {
        tell(watchers);
        tell(endWatchers);
    }

    private static void tell(List<Watcher> all) {
        for (int i = 0; all != null && i < all.size(); i++) {
            all.get(i).advanced();
        }
    }

    /// Tells the watcher also of each growth of the log, until [#unwatch].
    public void watchEnd(Watcher watcher) {
        check(loop.inLoop(), "a partition is confined to its loop");
        if (endWatchers == null) {
            endWatchers = new ArrayList<>(2);
        }
        endWatchers.add(watcher);
        open();
        watcher.advanced();
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
        if (endWatchers != null) {
            endWatchers.remove(watcher);
        }
    }

    /// Why nothing may be appended now; `NONE` if it may.
    public Errors refusal(short acks) {
        if (offline != Errors.NONE) {
            return offline;
        }
        Leadership now = leadership;
        if (!now.isHere()) {
            return Errors.NOT_LEADER_OR_FOLLOWER;
        }
        if (dir.isFull()) {
            return Errors.KAFKA_STORAGE_ERROR;
        }
        int least = Math.min(settings.minInsyncReplicas(), now.replicas().size());
        return acks == -1 && least > now.isr().size()
                ? Errors.NOT_ENOUGH_REPLICAS : Errors.NONE;
    }
}
