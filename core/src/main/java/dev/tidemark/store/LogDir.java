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
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
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
    private final LogTable logs;
    private final LogOpenings openings;
    private final Removal removal;
    private final LateWrites late;
    private volatile Runnable whenFailed = () -> { };

    private LogDir(Disk disk, StoreConfig config, JournalHome home, Opened opened)
            throws IOException {
        this.disk = disk;
        this.opened = opened;
        failed = opened.failed();
        offload = home.offload();
        trace = home.trace();
        journalLoop = home.loop();
        logs = new LogTable(opened.states());
        removal = new Removal(disk, offload, journalLoop, trace, this::hasFailed);
        late = new LateWrites(journalLoop, offload, trace);
        openings = new LogOpenings(new LogOpener(disk, logs, opened, removal, trace), logs, offload,
                failure::get);
        cleaned = CleanerCheckpoint.read(disk);
        reserve = new Reserve(disk, config, journalLoop, offload, trace);
        journal = Journal.open(home, config.journal().withSeed(config.seed()));
        journal.checkpointer(new Sweep(journalLoop,
                new DirSweep(disk, offload, journalLoop, logs, journal, this::fail)));
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
            LogDir dir = new LogDir(disk, config, home, opened);
            dir.removal.clear();
            return dir;
        } catch (IOException refused) {
            failed.leave();
            throw refused;
        }
    }

    /// The lane of a loop, made on first use. For any thread.
    public JournalLane lane(Loop loop) {
        JournalLane lane = lanes.get(loop);
        return lane != null ? lane : lanes.computeIfAbsent(loop, journal::lane);
    }

    /// Opens (or stands ready to create) the log `owner.name()`. On the owner's loop.
    ///
    /// What lies on disk is looked at through Offload: after a crash a whole segment may have to be
    /// read. Until then the owner appends nothing.
    ///
    /// @param then told the end on that loop: inside of the call if nothing lies on disk
    public void openLog(Journaled owner, LogConfig config, LogOpening.AfterOpening then) {
        check(owner.loop().inLoop(), "a log is opened on its loop");
        openings.open(owner, config, then);
    }

    /// Flushes what was appended to the log without the journal, through Offload: for topics that
    /// ask for no syncs, after a roll. On the owner's loop.
    public void flush(Journaled owner) {
        flush(owner, () -> { });
    }

    /// As [#flush(Journaled)], telling the end, also of a failure, on the owner's loop.
    public void flush(Journaled owner, Runnable done) {
        OpenLog log = logs.find(owner);
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
        OpenLog log = logs.find(owner);
        check(log != null, "a log that is closed was open");
        check(owner.loop().inLoop(), "a log is closed on its loop");
        logs.closed(owner, log.close());
        opened.settle(owner.name());
        lane(owner.loop()).forget(owner);
    }

    /// Lets go of an open log that can't be read after all: it is damaged, as if it had been found
    /// so at its opening. On the owner's loop.
    public void abandonLog(Journaled owner) {
        OpenLog log = logs.find(owner);
        check(log != null, "a log that is abandoned was open");
        logs.closed(owner, log.closed());
        lane(owner.loop()).forget(owner);
    }

    /// Deletes the log with all its files, on its loop: its name is free at once, its bytes are
    /// gone after a while, and recovery does not bring it back. In a directory that has failed it
    /// stays as it is: the journal can't say any more that it is gone.
    public void deleteLog(Journaled owner) {
        check(owner.loop().inLoop(), "a log is deleted on its loop");
        openings.after(owner.name(), () -> {
            try {
                delete(owner);
            } catch (IOException why) {
                fail(why);
            }
        });
    }

    private void delete(Journaled owner) throws IOException {
        if (hasFailed()) {
            Marks.hit("log of a directory that has failed is not deleted");
            return;
        }
        OpenLog log = logs.find(owner);
        if (log != null) {
            forget(owner);
            removal.delete(log);
            return;
        }
        LogState state = logs.closed(owner.name());
        // A checkpoint may speak of an older topic than the one that the directory belongs to.
        Uuid found = DirNames.topicId(disk, owner.name());
        if (found == null && state != null) {
            found = state.topicId();
        }
        if (owner.topicId().equals(found)) {
            forget(owner);
            removal.deleteUnopened(owner.name(), found);
        }
    }

    private void forget(Journaled owner) {
        cut(owner, 0);
        cleaned.remove(owner.name());
        lane(owner.loop()).deleted(owner);
        logs.forget(owner.name());
    }

    /// Deletes files that a log has let go, after a while, when readers have finished. On the
    /// owner's loop.
    public void deleteLater(Journaled owner, RemovedFiles removed, long delayMs) {
        removal.later(owner.loop(), removed, delayMs);
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

    private boolean hasFailed() {
        return failure.get() != null;
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
        for (OpenLog log : logs.open()) {
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

    /// Opens a log that was found damaged at its opening, with what is sound of it: the rest is
    /// given up, because another replica has it. As [#openLog]; ends whole or broken.
    public void mendLog(Journaled owner, LogConfig config, CorruptFile why,
            LogOpening.AfterOpening then) {
        check(!logs.isOpen(owner.name()), "a damaged log is not open");
        openings.mend(owner, config, why, end -> {
            if (end instanceof LogOpening.Whole mended) {
                cut(owner, mended.log().logEndOffset());
            }
            then.opened(end);
        });
    }

    /// Says that bytes of a log that is open are not what they were. For any thread.
    public void damaged(Journaled owner, ReadView view, long offset) {
        trace.warn("partition=" + owner.name() + " is damaged file=" + owner.name() + '/'
                + SegmentNames.path("", view.segmentStart(offset), SegmentNames.LOG).substring(1)
                + " offset=" + offset + " logEndOffset=" + view.logEndOffset());
    }

    /// Says that a log that was opened can't be read after all, and that no other is concerned. For
    /// any thread.
    public void unreadable(Journaled owner, CorruptFile why) {
        Marks.hit("log that was opened is damaged");
        trace.warn("partition=" + owner.name() + " offline, its files are damaged: "
                + why.getMessage());
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

    /// True if damage was found, now or by an earlier process, of which nobody has been told who
    /// relies on this directory. For any thread.
    public boolean isDamageUntold() {
        return opened.isUntold();
    }

    /// Those who rely on this directory have been told of all damage. For any thread.
    public void damageTold() {
        if (opened.isUntold()) {
            late.add("mark of damage", () -> new DamageMark(disk).clear());
        }
    }

    /// Takes note that the log was cut, and holds nothing from `endOffset` on: what it lacked there
    /// it is about to get. On the owner's loop.
    public void cut(Journaled owner, long endOffset) {
        check(owner.loop().inLoop(), "a log is cut on its loop");
        if (opened.lost().cut(owner.name(), owner.topicId(), endOffset)) {
            Marks.hit("log is cut below what it had lost");
            late.add("file of lost offsets", opened.lost()::write);
        }
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
        for (OpenLog log : List.copyOf(logs.open())) {
            logs.closed(log.owner, log.close());
            opened.settle(log.owner.name());
        }
        check(logs.open().isEmpty(), "a directory that is closed has no open logs");
        List<LogState> states = logs.states();
        CheckpointFile.write(disk, states);
        if (states.stream().allMatch(state -> opened.isSettled(state.name()))) {
            failed.clear();
            CleanMark.leave(disk, brokerEpoch);
        } else {
            // Nobody has opened them since the last crash: their ends are still to be looked at.
            Marks.hit("shutdown leaves logs that were not recovered");
        }
    }
}
