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
import dev.tidemark.store.LogDir;
import java.io.IOException;
import java.nio.ByteBuffer;
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
/// change at any time. What it consists of is in [PartitionBody]; how its log is opened, what it is
/// to others, what it shows, takes and gives up is in a type of its own each.
public final class Partition implements Journaled {
    private final PartitionId id;
    private final PartitionBody body;
    private final Duties duties;
    private final LogArrival arrival;

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
        body = new PartitionBody(this, loop, dir, isrPort);
        body.leadership = leadership;
        body.settings = settings;
        duties = new Duties(body);
        arrival = new LogArrival(body, duties);
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
        return body.loop();
    }

    @Override
    public boolean isSynced() {
        return body.settings.durability() == Durability.SYNC;
    }

    /// Who leads, and who is in sync. Any loop may ask.
    public Leadership leadership() {
        return body.leadership;
    }

    /// The present leadership's number. Any loop may ask.
    public int leaderEpoch() {
        return body.leadership.leaderEpoch();
    }

    /// What the topic's configuration says. Any loop may ask.
    public PartitionSettings settings() {
        return body.settings;
    }

    /// What may be read now, or null as long as the log has not been opened. Any loop may ask.
    public ReadView view() {
        return body.shown.now();
    }

    /// Why the partition serves nothing; `NONE` if it does. Any loop may ask.
    public Errors offline() {
        return body.offline();
    }

    /// True if the log is damaged and [#view] is what can still be read of it: all before the
    /// damage. It is [#offline] all the same, and takes nothing. Any loop may ask.
    public boolean isReadOnly() {
        return body.isReadOnly();
    }

    /// Begins to open the log, if that has not been done. Where nothing lies on disk [#view] is
    /// there afterwards; else it comes when files have been looked at, off the loop, and watchers
    /// are told. [#offline] says if it can't be opened.
    public void open() {
        arrival.open();
    }

    /// Opens the log, if that has not been done, and runs the task when it is open or [#offline]:
    /// inside of the call if that is so now.
    public void whenOpen(Runnable task) {
        open();
        if (arrival.isUnderWay()) {
            arrival.await(task);
        } else {
            task.run();
        }
    }

    /// See [LogArrival#reopen].
    void reopen(CorruptFile why) {
        arrival.reopen(why);
    }

    /// Bytes at that offset are not what they were, whoever has found it: they are fetched again
    /// from another replica, if there is one that has them.
    public void damaged(long offset) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        Log log = body.isServed() && body.local != null ? body.local.log() : null;
        if (log != null && offset < log.logEndOffset()
                && body.damage.found(Math.max(offset, log.logStartOffset()))) {
            body.dir.damaged(this, view(), offset);
        }
    }

    /// Gives up the segment that holds a damaged offset, and all behind it: an index that leads
    /// into it is not relied on. Of a log with a hole all goes that is behind that.
    void cutDamaged(long offset, long holeFrom) {
        check(body.follower != null, "a leader's log is not cut", leaderEpoch());
        body.follower.cutFrom(Math.min(holeFrom,
                offset == Damage.NOWHERE ? offset : view().segmentStart(offset)));
    }

    /// See [Damage#isHoled].
    boolean isHoled() {
        return body.damage.isHoled();
    }

    /// See [PartitionBody#breakDown].
    void breakDown(IOException cause) {
        body.breakDown(cause);
    }

    /// The log, for whoever works on the partition's loop. Null while [#offline], and until it is
    /// open: see [#whenOpen].
    public Log log() {
        open();
        return body.local == null ? null : body.local.log();
    }

    /// Takes over who leads from now on; what says nothing new is left alone.
    public void assume(Leadership newer) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        duties.assume(newer);
    }

    /// The partition as a follower; null if this node leads it, it is offline, or it is not open
    /// yet: see [#whenOpen]. On the partition's loop.
    public FollowerReplica follower() {
        open();
        return body.isServed() ? body.follower : null;
    }

    boolean isFollowedBy(FollowerReplica asking) {
        return body.follower == asking && body.isServed();
    }

    boolean isLedBy(LeaderReplica asking) {
        return body.leader == asking && body.isServed();
    }

    IsrPort isrPort() {
        return body.isrPort;
    }

    /// Another replica has fetched without an error; ignored unless this node leads under that
    /// epoch.
    ///
    /// @param brokerEpoch the registration of the broker that fetches, or -1
    /// @param durableEnd all below survives a crash there (exclusive)
    /// @param durableStart its log starts there, and no crash undoes that
    public void fetched(int leaderEpoch, int brokerId, long brokerEpoch, long durableEnd,
            long durableStart) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        duties.fetched(leaderEpoch, brokerId, brokerEpoch, durableEnd, durableStart);
    }

    /// True if this node leads and every replica in sync has fetched from it since: none of them
    /// can take itself for the leader any more. Watchers are told when it becomes so.
    public boolean isAccepted() {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        return duties.isAccepted();
    }

    /// Proposes to take replicas out of the ISR that have not kept up for so long.
    public void checkLag(long mostNs) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        if (body.leader != null && body.isServed()) {
            body.leader.checkLag(mostNs);
        }
    }

    /// Takes new settings; what waits under the old ones goes on.
    public void configure(PartitionSettings newSettings) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        boolean flush = body.settings.durability() == Durability.OS
                && newSettings.durability() == Durability.SYNC;
        body.settings = newSettings;
        if (body.local != null) {
            body.local.log().configure(newSettings.log());
            if (flush) {
                body.local.flushFirst(this::flushed);
            }
            if (body.leader != null && body.isServed()) {
                body.leader.advance();
            }
        }
    }

    private void flushed() {
        if (body.isServed()) {
            body.local.flushed();
            if (body.follower != null) {
                body.follower.progressed();
            }
        }
    }

    /// Appends one checked batch of a client, giving it offsets in place.
    ///
    /// @param batch the bytes, inside `frame`; written from there to the segment and the journal
    /// @param frame what the bytes belong to; held until they are on disk. Null if nobody lends it
    /// @param acks 0 and 1 are committed once this node keeps the batch, -1 once all in-sync do
    public void append(ByteBuffer batch, Frame frame, short acks, Ack ack, int slot) {
        open();
        if (arrival.isUnderWay()) {
            appendLater(batch, frame, acks, ack, slot);
        } else {
            Intake.append(body, batch, frame, acks, ack, slot);
        }
    }

    private void appendLater(ByteBuffer batch, Frame frame, short acks, Ack ack, int slot) {
        Marks.hit("append waits for its log to be opened");
        if (frame != null) {
            frame.retain();
        }
        arrival.await(() -> {
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
        open();
        Intake.appendDecided(body, batch, ack, slot);
    }

    @Override
    public void durable(long endOffset) {
        duties.durable(endOffset);
    }

    @Override
    public void failed(IOException failure) {
        body.goOffline(Errors.KAFKA_STORAGE_ERROR);
    }

    /// Serves nothing below `offset` any more (`DeleteRecords`); told like an append, once every
    /// replica in sync starts there durably.
    ///
    /// @param offset the new log start, or -1 for the high watermark
    public void deleteRecords(long offset, Ack ack, int slot) {
        whenOpen(() -> Trimming.deleteRecords(body, offset, ack, slot));
    }

    /// Forgets what age and size allow, and what was deleted before. Segments go when no crash can
    /// bring back a log start below them. What fails is said and tried again by the next call:
    /// nobody was promised that old files go.
    ///
    /// @param gone told, perhaps later, what files are to be deleted once readers have finished;
    ///     not told if there are none
    public void expire(long nowMs, Consumer<RemovedFiles> gone) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        Trimming.expire(body, nowMs, gone);
    }

    /// See [Trimming#retire].
    void retire(Consumer<RemovedFiles> gone) {
        Trimming.retire(body, gone);
    }

    /// Puts a cleaned segment in its place.
    ///
    /// @return files to delete once readers have finished; null if the cleaning is to be given up
    public RemovedFiles swap(CleanedSegment cleaned) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        return Trimming.swap(body, cleaned);
    }

    /// The topic is gone: the log is removed, and everybody who waits is told so.
    public void delete() {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        if (body.offline() != Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            body.goOffline(Errors.UNKNOWN_TOPIC_OR_PARTITION);
            body.damage.forget();
            body.dir.deleteLog(this);
        }
    }

    /// See [Publication#tryPublish].
    void tryPublish() {
        body.shown.tryPublish();
    }

    /// See [Publication#publishEnd].
    void publishEnd() {
        body.shown.publishEnd();
    }

    /// Tells the watcher also of each growth of the log, until [#unwatch].
    public void watchEnd(Watcher watcher) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        body.shown.addEndWatcher(watcher);
        open();
        watcher.advanced();
    }

    /// Tells the watcher of each advance from now on, until [#unwatch].
    public void watch(Watcher watcher) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        body.shown.addWatcher(watcher);
        open();
        // What advanced while the watcher was on its way to this loop has not been told.
        watcher.advanced();
    }

    /// Forgets a watcher; one that does not watch is no error.
    public void unwatch(Watcher watcher) {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        body.shown.removeWatcher(watcher);
    }

    /// Why nothing may be appended now; `NONE` if it may.
    public Errors refusal(short acks) {
        return Intake.refusal(body, acks);
    }
}
