package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.Journal;
import dev.tidemark.journal.JournalHome;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.JournalStats;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Flush;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogCheckpoint;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.Salvage;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Uuid;

/// One data directory: opens it, recovers it after a crash, and keeps its journal, its checkpoints
/// and its reserve.
///
/// What appends to a log goes through a lane of the journal; the logs' files are synced later, when
/// the journal has to be recycled. A failed write or sync anywhere is final: nothing more is
/// acknowledged, every owner is told, and reading goes on.
///
/// Each method says where it may be called.
public final class LogDir {
    private final Disk disk;
    private final Offload offload;
    private final Trace trace;
    private final Loop journalLoop;
    private final Journal journal;
    private final Reserve reserve;
    private final CleanerCheckpoint cleaned;
    private final Opened opened;
    private final FailureMark failed;
    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final Map<Loop, JournalLane> lanes = new ConcurrentHashMap<>();
    private final Map<String, OpenLog> open = new ConcurrentHashMap<>();
    /// What the last checkpoint says of logs that are not open.
    private final Map<String, LogState> closed;
    private volatile Runnable whenFailed = () -> { };

    private LogDir(Disk disk, StoreConfig config, JournalHome home, Opened opened)
            throws IOException {
        this.disk = disk;
        this.opened = opened;
        failed = opened.failed();
        offload = home.offload();
        trace = home.trace();
        journalLoop = home.loop();
        closed = new ConcurrentHashMap<>(opened.states());
        cleaned = CleanerCheckpoint.read(disk);
        reserve = new Reserve(disk, config, journalLoop, offload, trace);
        journal = Journal.open(home, config.journal().withSeed(config.seed()));
        journal.checkpointer(new Sweep(journalLoop, new SweptDir()));
        reserve.start();
    }

    /// Opens the directory, and after a crash replays the journal into the logs. Blocks.
    ///
    /// @param journalLoop runs the journal's rounds; writes and syncs block it
    /// @throws IOException if the directory cannot be read or belongs to somebody else
    public static LogDir open(Disk disk, StoreConfig config, Loop journalLoop, Offload offload,
            Trace trace) throws IOException {
        var failed = new FailureMark(disk, trace);
        try {
            Opened opened = Opened.open(disk, config, failed, trace);
            JournalHome home = new JournalHome(disk, DirNames.JOURNAL, journalLoop,
                    failed.watching(offload), trace);
            return new LogDir(disk, config, home, opened).cleared();
        } catch (IOException refused) {
            failed.leave();
            throw refused;
        }
    }

    /// Removes what an earlier process had deleted and left lying.
    private LogDir cleared() throws IOException {
        for (String name : disk.list("")) {
            if (name.endsWith(DirNames.DELETED)) {
                removeLater(name);
            }
        }
        return this;
    }

    /// The lane of a loop, made on first use. For any thread.
    public JournalLane lane(Loop loop) {
        JournalLane lane = lanes.get(loop);
        return lane != null ? lane : lanes.computeIfAbsent(loop, journal::lane);
    }

    /// Opens (or stands ready to create) the log `owner.name()`. On the owner's loop; blocks for a
    /// few small reads, after a crash also for what an unjournalled log has to scan.
    ///
    /// @throws IOException final for the directory; the caller says so by [#fail]
    public Log openLog(Journaled owner, LogConfig config) throws IOException {
        check(owner.loop().inLoop(), "a log is opened on its loop");
        check(DirNames.isLog(owner.name()), "a log is named by topic and partition");
        check(!open.containsKey(owner.name()), "a log is opened once");
        LogState state = closed.get(owner.name());
        boolean ours = state != null && state.topicId().equals(owner.topicId());
        if (!ours) {
            makeWay(owner);
        }
        // Where there is nothing, there is nothing to recover, and no name to sync.
        boolean whole = ours ? opened.isSettled(owner.name()) : !disk.exists(owner.name());
        LogCheckpoint start = checkpoint(ours ? state : null, whole);
        if (!ours && whole) {
            forgetDeleted(owner);
        }
        Log log = whole ? open(owner, config, start) : recover(owner, config, start);
        if (Rescue.isIn(disk, owner.name())) {
            long endOffset = log.logEndOffset();
            log.close();
            throw Rescue.refusal(owner.name(), endOffset);
        }
        check(log.logStartOffset() <= log.logEndOffset(), "a log that is open is whole",
                log.logStartOffset(), log.logEndOffset());
        open.put(owner.name(), new OpenLog(owner, log, offload));
        closed.remove(owner.name());
        return log;
    }

    /// Flushes what was appended to the log without the journal, through Offload: for topics that
    /// ask for no syncs, after a roll. On the owner's loop.
    public void flush(Journaled owner) {
        flush(owner, () -> { });
    }

    /// As [#flush(Journaled)], telling the end, also of a failure, on the owner's loop.
    public void flush(Journaled owner, Runnable done) {
        OpenLog log = find(owner);
        if (log == null) {
            done.run();
            return;
        }
        log.flush(why -> {
            if (why != null) {
                fail(why);
            }
            done.run();
        });
    }

    /// Where the last cleaning of the log ended; 0 if that is not known. For any thread.
    public long cleanedUpTo(Journaled owner) {
        return cleaned.endOf(owner.name());
    }

    /// Remembers where a cleaning ended. On the owner's loop; at most one is under way.
    ///
    /// @param done told on the owner's loop when it is on disk, or could not be written: then a
    ///     later cleaning has more to do, and nothing is lost
    public void cleanedUpTo(Journaled owner, long endOffset, Runnable done) {
        check(owner.loop().inLoop(), "a cleaning ends on the log's loop");
        cleaned.put(owner.name(), endOffset);
        offload.<Void>run(owner.loop(), () -> {
            cleaned.write();
            return null;
        }, (nothing, why) -> {
            if (why != null) {
                trace.warn("cleaner checkpoint could not be written reason=" + why.getMessage());
            }
            done.run();
        });
    }

    /// Closes the log, whose loop this is: nothing is appended to it any more. Blocks.
    public void closeLog(Journaled owner) throws IOException {
        OpenLog log = find(owner);
        check(log != null, "a log that is closed was open");
        check(owner.loop().inLoop(), "a log is closed on its loop");
        closed.put(owner.name(), log.close());
        open.remove(owner.name());
        opened.settle(owner.name());
        lane(owner.loop()).forget(owner);
    }

    /// Deletes the log with all its files, on its loop: its name is free at once, its bytes are
    /// gone after a while, and recovery does not bring it back.
    public void deleteLog(Journaled owner) throws IOException {
        check(owner.loop().inLoop(), "a log is deleted on its loop");
        OpenLog log = find(owner);
        if (log == null) {
            deleteUnopened(owner);
            return;
        }
        cleaned.remove(owner.name());
        lane(owner.loop()).deleted(owner);
        open.remove(owner.name());
        RemovedFiles removed = log.log.delete();
        log.closed();
        long delayMs = log.log.config().retention().fileDeleteDelayMs();
        offload.run(owner.loop(), () -> {
            disk.syncDirectory("");
            return removed;
        }, (done, why) -> owner.loop().schedule(Math.max(0, delayMs), () -> remove(removed)));
    }

    /// Deletes files that a log has let go, after a while, when readers have finished. On the
    /// owner's loop.
    public void deleteLater(Journaled owner, RemovedFiles removed, long delayMs) {
        owner.loop().schedule(Math.max(0, delayMs), () -> remove(removed));
    }

    /// The logs that were on disk when the directory was opened: what the metadata does not know of
    /// is to be deleted. For any thread.
    public List<StoredLog> storedLogs() {
        return opened.stored();
    }

    /// True while the disk is so full that appends are to be refused. For any thread.
    public boolean isFull() {
        return reserve.isReached();
    }

    /// True if an earlier process met a failed write or sync here: what is read may be in the page
    /// cache alone. For any thread.
    public boolean isDoubted() {
        return failed.wasLeft();
    }

    /// Why the directory takes no more appends; null while all is well. For any thread.
    public IOException failure() {
        return failure.get();
    }

    /// Takes the directory out of service because one of its logs met this failure: every owner is
    /// told by [Journaled#failed]. For any thread.
    public void fail(IOException why) {
        check(why != null, "a directory fails of something");
        if (!failure.compareAndSet(null, why)) {
            return;
        }
        failed.leave();
        trace.warn("data directory failed: nothing is acknowledged any more reason="
                + why.getMessage());
        journal.fail(why);
        for (OpenLog log : open.values()) {
            log.owner.loop().execute(() -> log.owner.failed(why));
        }
        whenFailed.run();
    }

    /// Tells whoever has to know besides the owners of logs that the directory has failed: on the
    /// thread that met the failure, once. To be said before anything is written.
    public void onFailure(Runnable listener) {
        check(failure.get() == null, "a directory that has failed tells nobody any more");
        whenFailed = listener;
    }

    /// Says that old files of a log could not be given up, which harms nobody. For any thread.
    public void untidy(Journaled owner, IOException why) {
        check(DirNames.isLog(owner.name()), "segments belong to a log");
        Marks.hit("old segments could not be given up");
        trace.warn("partition=" + owner.name() + " could not give up old segments, will be tried"
                + " again reason=" + why.getMessage());
    }

    /// What can still be read of a log whose opening has met damage, which is said in one line: no
    /// other log is concerned, and nothing is appended to this one. On the owner's loop; blocks.
    ///
    /// @return null if nothing can be read
    public ReadView salvage(Journaled owner, CorruptFile why) {
        check(owner.loop().inLoop(), "a log is read on its loop");
        check(!open.containsKey(owner.name()), "a damaged log is not open");
        LogState state = closed.get(owner.name());
        boolean ours = state != null && state.topicId().equals(owner.topicId());
        ReadView view = null;
        try {
            view = Salvage.below(why, disk, owner.name(), owner.topicId(),
                    checkpoint(ours ? state : null, false));
        } catch (IOException unreadable) {
            why.addSuppressed(unreadable);
        }
        String served = view == null ? " offline" : " read-only logStartOffset="
                + view.logStartOffset() + " endOffset=" + view.logEndOffset();
        trace.warn("partition=" + owner.name() + served + ", its files are damaged: "
                + why.getMessage());
        return view;
    }

    /// Opens a log that was found damaged at its opening, with what is sound of it: the rest is
    /// given up, because another replica has it. On the owner's loop; blocks.
    ///
    /// @throws IOException as [#openLog]
    public Log mendLog(Journaled owner, LogConfig config, CorruptFile why) throws IOException {
        check(!open.containsKey(owner.name()), "a damaged log is not open");
        LogState state = closed.get(owner.name());
        boolean ours = state != null && state.topicId().equals(owner.topicId());
        Log log = new Mending(disk, owner, config)
                .below(why, checkpoint(ours ? state : null, false));
        trace.warn("partition=" + owner.name() + " gives its damaged files up, and fetches them"
                + " again fromOffset=" + log.logEndOffset());
        open.put(owner.name(), new OpenLog(owner, log, offload));
        closed.remove(owner.name());
        return log;
    }

    /// Says that bytes of a log that is open are not what they were. For any thread.
    public void damaged(Journaled owner, ReadView view, long offset) {
        trace.warn("partition=" + owner.name() + " is damaged file=" + owner.name() + '/'
                + SegmentNames.path("", view.segmentStart(offset), SegmentNames.LOG).substring(1)
                + " offset=" + offset + " logEndOffset=" + view.logEndOffset());
    }

    /// The directory's identity, made when it was first opened. For any thread.
    public Uuid directoryId() {
        return opened.identity().directoryId();
    }

    /// Under which epoch this broker was registered when it was last stopped in good order; -1 if
    /// it was not. For any thread.
    public long previousEpoch() {
        return opened.previousEpoch();
    }

    /// The cluster that the directory belongs to. For any thread.
    public String clusterId() {
        return opened.identity().clusterId();
    }

    /// What recovery found damaged, a line each: bytes that were acknowledged once and may be
    /// lost. Empty if all is well. For any thread.
    public List<String> damages() {
        return opened.damages();
    }

    /// What the journal has done so far. For any thread.
    public JournalStats journalStats() {
        return journal.stats();
    }

    /// Syncs all logs, writes the checkpoints and the mark of a clean shutdown. Blocks; to be
    /// called when none of the loops that own logs runs any more, nor the journal's, nor Offload.
    /// A directory that has failed is left as it is.
    public void close() throws IOException {
        close(CleanMark.NO_EPOCH);
    }

    /// Likewise; the next process is told of this one's registration.
    ///
    /// @param brokerEpoch of the broker whose directory it is; -1 if it has none
    public void close(long brokerEpoch) throws IOException {
        if (failure.get() != null) {
            return;
        }
        try {
            closeAll(brokerEpoch);
        } catch (IOException broken) {
            failed.leave();
            throw broken;
        }
    }

    private void closeAll(long brokerEpoch) throws IOException {
        for (OpenLog log : open.values()) {
            closed.put(log.owner.name(), log.close());
            opened.settle(log.owner.name());
        }
        open.clear();
        check(open.isEmpty(), "a directory that is closed has no open logs", open.size());
        CheckpointFile.write(disk, closed.values());
        if (closed.keySet().stream().allMatch(opened::isSettled)) {
            failed.clear();
            CleanMark.leave(disk, brokerEpoch);
        } else {
            // Nobody has opened them since the last crash: their ends are still to be looked at.
            Marks.hit("shutdown leaves logs that were not recovered");
        }
    }

    private OpenLog find(Journaled owner) {
        OpenLog log = open.get(owner.name());
        return log != null && log.owner == owner ? log : null;
    }

    private static LogCheckpoint checkpoint(LogState state, boolean clean) {
        return state == null ? new LogCheckpoint(0, 0, clean)
                : new LogCheckpoint(state.logStartOffset(), state.recoveryPoint(), clean);
    }

    private Log open(Journaled owner, LogConfig config, LogCheckpoint start) throws IOException {
        return Log.open(disk, owner.name(), owner.topicId(), config, start);
    }

    /// Opens a log that may have been written to without the journal before a crash.
    private Log recover(Journaled owner, LogConfig config, LogCheckpoint start)
            throws IOException {
        Log log = open(owner, config, start);
        long cutBytes = log.recoverByScan();
        log.reachStart();
        long whole = Math.max(start.logStartOffset(), start.recoveryPoint());
        boolean empty = log.logStartOffset() == log.logEndOffset();
        if (log.logStartOffset() > whole && (empty || (owner.isSynced() && !log.wasFlushed()))) {
            // Its first segment's name is lost. Nothing of it was promised: it is not in the
            // journal, and no flush has ended.
            Marks.hit("log of which nothing was promised lost its beginning");
            log.truncateFullyAndStartAt(whole).delete();
            check(log.logEndOffset() == whole, "what begins anew begins where it was to",
                    log.logEndOffset(), whole);
        }
        if (failed.wasLeft()) {
            log.writeAgain();
        }
        if (cutBytes > 0) {
            trace.info("partition=" + owner.name() + " recovered cutBytes=" + cutBytes
                    + " logEndOffset=" + log.logEndOffset());
        }
        if (cutBytes > 0 || log.logEndOffset() > log.recoveryPoint()) {
            // Who reads it must not see what the next crash could take, nor may that bring back
            // what was cut off below a segment to come.
            Flush flush = log.prepareFlush();
            flush.run();
            log.flushed(flush);
        }
        DirNames.claim(disk, owner.name(), owner.topicId());
        disk.syncDirectory("");
        return log;
    }

    /// Puts a directory aside that bears the log's name and belongs to another topic, or to none
    /// that can be told.
    private void makeWay(Journaled owner) throws IOException {
        Uuid found = DirNames.topicId(disk, owner.name());
        boolean unknown = found == null && !owner.topicId().equals(Uuid.ZERO_UUID)
                && disk.exists(owner.name());
        if (unknown || (found != null && !found.equals(owner.topicId()))) {
            Marks.hit("log directory of another topic was put aside");
            String aside = DirNames.strayName(disk, owner.name(), found);
            trace.warn("log directory of another topic put aside as=" + aside);
            disk.rename(owner.name(), aside);
            disk.syncDirectory("");
            closed.remove(owner.name());
        }
    }

    /// A replica was moved away, and is back before the directory that it had is deleted for good:
    /// a recovery that met that would take what is journalled from now on for the old log's.
    private void forgetDeleted(Journaled owner) throws IOException {
        String deleted = Log.deletedDirectory(owner.name(), owner.topicId());
        if (disk.exists(deleted)) {
            Marks.hit("log comes back while its old directory is about to be deleted");
            String again = deleted.substring(0, deleted.length() - DirNames.DELETED.length())
                    + ".again" + DirNames.DELETED;
            disk.delete(again);
            disk.rename(deleted, again);
            disk.syncDirectory("");
            removeLater(again);
        }
    }

    private void deleteUnopened(Journaled owner) throws IOException {
        LogState state = closed.get(owner.name());
        // A checkpoint may speak of an older topic than the one that the directory belongs to.
        Uuid found = DirNames.topicId(disk, owner.name());
        if (found == null && state != null) {
            found = state.topicId();
        }
        if (!owner.topicId().equals(found)) {
            return;
        }
        closed.remove(owner.name());
        cleaned.remove(owner.name());
        lane(owner.loop()).deleted(owner);
        if (disk.exists(owner.name())) {
            String gone = Log.deletedDirectory(owner.name(), found);
            disk.rename(owner.name(), gone);
            disk.syncDirectory("");
            removeLater(gone);
        }
    }

    private void removeLater(String directory) {
        RemovedFiles removed = new RemovedFiles(disk, List.of(directory));
        journalLoop.execute(() -> remove(removed));
    }

    private void remove(RemovedFiles removed) {
        offload.run(journalLoop, () -> {
            removed.delete();
            disk.syncDirectory("");
            return removed;
        }, (done, why) -> {
            if (why != null) {
                trace.warn("deleted files could not be removed reason=" + why.getMessage());
            }
        });
    }

    /// Everything that a checkpoint says now.
    private List<LogState> states() {
        Map<String, LogState> states = new ConcurrentHashMap<>(closed);
        open.values().forEach(log -> states.put(log.owner.name(), log.state()));
        return new ArrayList<>(states.values());
    }

    /// What the sweep sees of the directory.
    private final class SweptDir implements Sweep.Dir {
        @Override
        public OpenLog find(Journaled owner) {
            return LogDir.this.find(owner);
        }

        @Override
        public long journalRoom() {
            return journal.roomBytes();
        }

        @Override
        public void checkpoint(long endSequence) {
            List<LogState> states = states();
            offload.runSync(journalLoop, () -> {
                CheckpointFile.write(disk, states);
                return states;
            }, (written, why) -> {
                if (why != null) {
                    LogDir.this.fail(why);
                } else {
                    journal.checkpointed(endSequence);
                }
            });
        }

        @Override
        public void fail(IOException why) {
            LogDir.this.fail(why);
        }
    }
}
