package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Flush;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogCheckpoint;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.Salvage;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import org.apache.kafka.common.Uuid;

/// Brings one log from what lies on disk to where it can grow: puts strangers out of its way,
/// recovers what a crash has left that no journal tells of, and finds what is left of a damaged
/// one.
///
/// Blocks, perhaps for as long as a whole segment takes to be read. On any thread, for one log at a
/// time; what it gives away is the loop's from then on.
final class LogOpener {
    private final Disk disk;
    private final LogTable logs;
    private final Opened opened;
    private final Removal removal;
    private final Trace trace;

    LogOpener(Disk disk, LogTable logs, Opened opened, Removal removal, Trace trace) {
        this.disk = disk;
        this.logs = logs;
        this.opened = opened;
        this.removal = removal;
        this.trace = trace;
    }

    /// True if nothing of the log lies on disk: to open it takes no reading.
    boolean isNew(Journaled owner) throws IOException {
        return logs.closed(owner.name()) == null && !disk.exists(owner.name());
    }

    /// Opens the log, or finds out why not.
    LogOpening tryOpen(Journaled owner, LogConfig config) {
        try {
            Log log = open(owner, config);
            return new LogOpening.Whole(log, opened.lost().firstOf(owner.name(),
                    owner.topicId(), log.logStartOffset()));
        } catch (CorruptFile damage) {
            return new LogOpening.Damaged(salvage(owner, damage), damage);
        } catch (IOException why) {
            return new LogOpening.Broken(why);
        }
    }

    /// Opens a log that was found damaged with what is sound of it.
    LogOpening mend(Journaled owner, LogConfig config, CorruptFile why) throws IOException {
        Log log = new Mending(disk, owner, config).below(why, logs.startOf(owner, false));
        trace.warn("partition=" + owner.name() + " gives its damaged files up, and fetches them"
                + " again fromOffset=" + log.logEndOffset());
        long lostFrom = opened.lost().firstOf(owner.name(), owner.topicId(),
                log.logStartOffset());
        return new LogOpening.Whole(log,
                lostFrom < log.logEndOffset() ? lostFrom : LogOpening.NOTHING_LOST);
    }

    /// Opens the log, or stands ready to create it.
    Log open(Journaled owner, LogConfig config) throws IOException {
        check(DirNames.isLog(owner.name()), "a log is named by topic and partition");
        check(!logs.isOpen(owner.name()), "a log is opened once");
        boolean ours = logs.stateOf(owner) != null;
        if (!ours) {
            makeWay(owner);
        }
        // Where there is nothing, there is nothing to recover, and no name to sync.
        boolean whole = ours ? opened.isSettled(owner.name()) : !disk.exists(owner.name());
        LogCheckpoint start = logs.startOf(owner, whole);
        if (!ours && whole) {
            removal.forgetDeleted(owner);
        }
        Log log = whole ? open(owner, config, start) : recover(owner, config, start);
        if (Rescue.isIn(disk, owner.name())) {
            long endOffset = log.logEndOffset();
            log.close();
            throw Rescue.refusal(owner.name(), endOffset);
        }
        check(log.logStartOffset() <= log.logEndOffset(), "a log that is open is whole",
                log.logStartOffset(), log.logEndOffset());
        return log;
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
        if (opened.failed().wasLeft()) {
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
            logs.forget(owner.name());
        }
    }

    private ReadView salvage(Journaled owner, CorruptFile why) {
        check(!logs.isOpen(owner.name()), "a damaged log is not open");
        ReadView view = null;
        try {
            view = Salvage.below(why, disk, owner.name(), owner.topicId(),
                    logs.startOf(owner, false));
        } catch (IOException unreadable) {
            why.addSuppressed(unreadable);
        }
        String served = view == null ? " offline" : " read-only logStartOffset="
                + view.logStartOffset() + " endOffset=" + view.logEndOffset();
        trace.warn("partition=" + owner.name() + served + ", its files are damaged: "
                + why.getMessage());
        return view;
    }
}
