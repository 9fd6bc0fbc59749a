package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.journal.JournalDamage;
import dev.tidemark.journal.JournalEnd;
import dev.tidemark.journal.JournalScan;
import dev.tidemark.log.Flush;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogCheckpoint;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.Replayed;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Brings the journal's frames back into their logs after a crash, and syncs those logs.
///
/// Goes through the journal once, in order, and may be repeated: what a log has is left alone. A
/// frame whose log's directory belongs to another topic by now is skipped. Whole batches that are
/// in a log behind what the journal has are kept: nobody was told of them, and they may be what a
/// topic without syncs has written.
///
/// Confined to the opening of the directory. Blocks.
final class JournalReplay {
    private final Disk disk;
    private final Trace trace;
    private final FailureMark failed;
    private final Map<String, LogState> states;
    private final Map<String, Log> logs = new TreeMap<>();
    private final List<String> damages = new ArrayList<>();
    private final Gaps gaps;
    /// Logs that could not be opened, by name.
    private final Map<String, Rescue> rescues = new TreeMap<>();
    private JournalSurvey survey;
    private long frames;
    private long appended;
    private long skipped;

    /// @param states what the checkpoint says, by name; brought up to date by [#run]
    /// @param lost what logs lack; brought up to date by [#run]
    /// @param failed whether what is read may be in the page cache alone
    JournalReplay(Disk disk, Map<String, LogState> states, LostOffsets lost, FailureMark failed,
            Trace trace) {
        this.disk = disk;
        this.gaps = new Gaps(disk, lost);
        this.failed = failed;
        this.states = states;
        this.trace = trace;
    }

    /// Replays everything. Afterwards the logs do not need the journal any more.
    ///
    /// @return what was found damaged, a line each, for an operator
    List<String> run() throws IOException {
        survey = JournalSurvey.take(disk);
        states.values().removeIf(state -> survey.isDeleted(state.name(), state.topicId()));
        if (survey.raise(states)) {
            CheckpointFile.write(disk, states.values());
        }
        try (JournalScan scan = JournalScan.open(disk, DirNames.JOURNAL)) {
            while (scan.next()) {
                frames++;
                apply(scan);
            }
            note(scan.end());
        }
        for (Map.Entry<String, Log> entry : logs.entrySet()) {
            settle(entry.getKey(), entry.getValue());
        }
        for (Rescue rescue : rescues.values()) {
            damages.add(rescue.finish());
        }
        disk.syncDirectory("");
        gaps.say();
        gaps.describe(damages);
        if (frames > 0) {
            trace.info("journal replayed frames=" + frames + " appended=" + appended
                    + " skipped=" + skipped + " logs="
                    + logs.size() + " damages=" + damages.size());
        }
        return damages;
    }

    /// The logs that were replayed into: they are whole, and nothing is behind what is synced.
    Set<String> settled() {
        return logs.keySet();
    }

    private void apply(JournalScan frame) throws IOException {
        if (survey.isDeletedBehind(frames, frame.name(), frame.topicId())) {
            Marks.hit("replayed frame speaks of a directory that was deleted later");
            skipped++;
            return;
        }
        Log log = logOf(frame);
        if (log == null) {
            skipped++;
            return;
        }
        try {
            apply(frame, log);
        } catch (CorruptFile damage) {
            logs.remove(frame.name());
            rescues.put(frame.name(), new Rescue(disk, frame.name(), damage.getMessage()));
        }
    }

    private void apply(JournalScan frame, Log log) throws IOException {
        switch (frame.kind()) {
            case APPENDED -> append(log, frame);
            case TRUNCATED -> truncate(log, frame);
            case RESTARTED -> restart(log, frame.baseOffset());
            case START_RAISED -> raise(log, frame.baseOffset());
            case DELETED -> delete(frame.name(), log);
            case DECLARED -> check(false, "declarations are the scan's own");
        }
    }

    private void append(Log log, JournalScan frame) throws IOException {
        long end = Math.max(log.logEndOffset(), log.logStartOffset());
        if (frame.isDamaged() && frame.baseOffset() > end) {
            Marks.hit("log lost batches with a damaged part of the journal");
            putAside(log, new CorruptFile("offsets " + end + " to " + (frame.baseOffset() - 1)
                    + " stood in the damaged part of the journal", end));
            keep(frame);
            return;
        }
        try {
            appendSound(log, frame);
        } catch (CorruptFile damage) {
            Marks.hit("journalled batch does not fit its log");
            putAside(log, damage);
            keep(frame);
        }
    }

    /// Closes a log with what it has: what follows in the journal is put by, and nothing is
    /// appended any more.
    private void putAside(Log log, CorruptFile damage) throws IOException {
        String name = log.directory();
        logs.remove(name);
        settle(name, log);
        check(!rescues.containsKey(name), "a log is put aside once");
        rescues.put(name, new Rescue(disk, name, damage.getMessage()));
    }

    private void keep(JournalScan frame) throws IOException {
        rescues.get(frame.name()).keep(frame.baseOffset(), frame.payload());
    }

    /// Looks whether a log has what a damaged frame held.
    private void missing(JournalDamage.Lost lost) throws IOException {
        Log log = logs.get(lost.name());
        if (log != null && log.topicId().equals(lost.topicId())
                && log.logEndOffset() < lost.endOffset()
                && log.logEndOffset() >= lost.baseOffset()) {
            Marks.hit("log lost its last batches with a damaged part of the journal");
            putAside(log, new CorruptFile("offsets " + log.logEndOffset() + " to "
                    + (lost.endOffset() - 1) + " stood in the damaged part of the journal"));
            rescues.get(lost.name()).mark(lost.baseOffset());
        }
    }

    private void appendSound(Log log, JournalScan frame) throws IOException {
        long before = log.logEndOffset();
        if (frame.baseOffset() < before && frame.endOffset() > before
                && log.logStartOffset() == before) {
            // The log starts inside of a batch, and holds nothing.
            Marks.hit("log starts inside of a replayed batch");
            log.truncateFullyAndStartAt(frame.baseOffset()).delete();
            replay(log, frame);
            log.raiseLogStart(before);
        } else {
            replay(log, frame);
        }
    }

    private void replay(Log log, JournalScan frame) throws IOException {
        long before = log.logEndOffset();
        if (log.wouldCut(frame.payload(), frame.baseOffset())) {
            lower(frame.name(), frame.baseOffset());
            gaps.cut(frame.name(), frame.topicId(), frame.baseOffset());
        }
        Replayed replayed = log.replay(frame.payload(), frame.baseOffset());
        appended += replayed == Replayed.KNOWN || replayed == Replayed.OVERRULED ? 0 : 1;
        if (replayed == Replayed.APPENDED_BEHIND_A_GAP) {
            gaps.found(frame.name(), frame.topicId(), Math.max(before, log.logStartOffset()),
                    frame.baseOffset());
        }
        check(replayed == Replayed.OVERRULED || log.logEndOffset() >= frame.endOffset(),
                "a replayed frame is in its log", log.logEndOffset(), frame.endOffset());
    }

    private void truncate(Log log, JournalScan frame) throws IOException {
        if (survey.endsCut(frame.name(), frame.topicId())
                && log.leaderEpochs().epochOf(frame.baseOffset()) != frame.leaderEpoch()) {
            Marks.hit("log was cut and has grown since without the journal");
            return;
        }
        lower(frame.name(), frame.baseOffset());
        log.truncateTo(frame.baseOffset());
        gaps.cut(frame.name(), frame.topicId(), frame.baseOffset());
    }

    /// Says durably that what is about to be cut off is no longer synced: a crash before it is
    /// written again must not be taken for damage.
    private void lower(String name, long offset) throws IOException {
        LogState state = states.get(name);
        if (state != null && state.recoveryPoint() > offset) {
            Marks.hit("recovery point was lowered for a replayed truncation");
            states.put(name, new LogState(name, state.topicId(),
                    Math.min(state.logStartOffset(), offset), offset));
            CheckpointFile.write(disk, states.values());
        }
    }

    private void restart(Log log, long offset) throws IOException {
        if (log.logStartOffset() < offset) {
            log.truncateFullyAndStartAt(offset).delete();
            gaps.cut(log.directory(), log.topicId(), 0);
        }
    }

    private static void raise(Log log, long offset) throws IOException {
        if (offset > log.logEndOffset()) {
            // Batches that were never journalled are lost, and with them all that was left.
            Marks.hit("log start was raised beyond what is left of a log");
            log.truncateFullyAndStartAt(offset).delete();
        } else if (offset > log.logStartOffset()) {
            log.raiseLogStart(offset);
        }
    }

    private void delete(String name, Log log) throws IOException {
        logs.remove(name);
        states.remove(name);
        gaps.cut(name, log.topicId(), 0);
        log.delete().delete();
        disk.syncDirectory("");
    }

    /// The log that a frame speaks of, recovered; null if its name is another topic's now.
    private Log logOf(JournalScan frame) throws IOException {
        Log log = logs.get(frame.name());
        if (log == null) {
            if (!owns(frame)) {
                Marks.hit("replayed frame belongs to a topic that is gone");
                return null;
            }
            log = openOrRescue(frame);
            if (log == null) {
                return null;
            }
            check(log.logEndOffset() >= log.recoveryPoint(), "a recovered log has what is synced",
                    log.logEndOffset(), log.recoveryPoint());
            logs.put(frame.name(), log);
        }
        return log.topicId().equals(frame.topicId()) ? log : null;
    }

    /// @return null if the log is damaged: then its batches are put by
    private Log openOrRescue(JournalScan frame) throws IOException {
        if (!rescues.containsKey(frame.name())) {
            try {
                return open(frame);
            } catch (CorruptFile damage) {
                Marks.hit("damaged log is left alone by a replay");
                rescues.put(frame.name(), new Rescue(disk, frame.name(), damage.getMessage()));
            }
        }
        switch (frame.kind()) {
            case APPENDED -> keep(frame);
            case DELETED -> deleteRescued(frame);
            case TRUNCATED, RESTARTED, START_RAISED -> { }
            case DECLARED -> check(false, "declarations are the scan's own");
        }
        return null;
    }

    /// The topic of a damaged log was deleted later: its name is free.
    private void deleteRescued(JournalScan frame) throws IOException {
        rescues.remove(frame.name());
        states.remove(frame.name());
        gaps.cut(frame.name(), frame.topicId(), 0);
        if (disk.exists(frame.name())) {
            String gone = Log.deletedDirectory(frame.name(), frame.topicId());
            disk.delete(gone);
            disk.rename(frame.name(), gone);
            disk.syncDirectory("");
            disk.delete(gone);
        }
    }

    /// True if the directory of that name, there or not, is that of the frame's topic.
    private boolean owns(JournalScan frame) throws IOException {
        Uuid found = DirNames.topicId(disk, frame.name());
        if (found != null) {
            return found.equals(frame.topicId());
        }
        if (!survey.isDeleted(frame.name(), frame.topicId())
                && disk.exists(Log.deletedDirectory(frame.name(), frame.topicId()))) {
            // It was put aside, and the crash came before that was journalled: what has the name
            // now is a newer topic's.
            Marks.hit("directory was put aside before the journal said so");
            return false;
        }
        if (!disk.exists(frame.name())) {
            return true;
        }
        LogState state = states.get(frame.name());
        if (state != null && state.recoveryPoint() > state.logStartOffset()
                && state.topicId().equals(frame.topicId())) {
            // What was synced of that topic's directory said whose it was.
            Marks.hit("directory of a topic that is gone has another in its place");
            trace.warn("partition=" + frame.name() + " directory has lost its topic id: journalled"
                    + " records are left out offset=" + frame.baseOffset()
                    + " topicId=" + frame.topicId());
            return false;
        }
        // Whose it is was not synced yet: that is so only of the last topic of that name.
        Marks.hit("directory does not tell its topic");
        return frame.topicId().equals(survey.lastOwner(frame.name()));
    }

    private Log open(JournalScan frame) throws IOException {
        LogState state = states.get(frame.name());
        boolean known = state != null && state.topicId().equals(frame.topicId());
        long startOffset = survey.startOf(frame.name(), frame.topicId());
        long lowestCut = survey.lowestCutOf(frame.name(), frame.topicId());
        // It was cut since below what the checkpoint says, perhaps: what it has may be newer.
        LogCheckpoint start = known
                ? new LogCheckpoint(
                        Math.max(startOffset, Math.min(state.logStartOffset(), lowestCut)),
                        Math.min(state.recoveryPoint(), lowestCut), false)
                : new LogCheckpoint(startOffset, 0, false);
        Log log = Log.open(disk, frame.name(), frame.topicId(), LogConfig.DEFAULTS, start);
        log.recoverByScan();
        if (failed.wasLeft()) {
            log.writeAgain();
        }
        long whole = Math.max(start.recoveryPoint(), start.logStartOffset());
        if (log.logStartOffset() > whole) {
            lostBeginning(frame, log, whole);
        }
        return log;
    }

    /// The crash took the first of several segments that were never synced.
    private void lostBeginning(JournalScan frame, Log log, long whole) throws IOException {
        check(whole < log.logStartOffset(), "what is lost comes before the rest", whole,
                log.logStartOffset());
        if (survey.firstOf(frame.name(), frame.topicId()) < log.logStartOffset()) {
            Marks.hit("unsynced segments have lost their beginning");
            // The journal has all of them that were promised.
            log.truncateFullyAndStartAt(whole).delete();
        } else if (!log.wasFlushed()) {
            // An earlier replay was cut short, of a log that was written to without the journal.
            gaps.found(frame.name(), frame.topicId(), whole, log.logStartOffset());
        }
    }

    private void settle(String name, Log log) throws IOException {
        log.reachStart();
        gaps.say();
        Flush flush = log.prepareFlush();
        flush.run();
        log.flushed(flush);
        DirNames.claim(disk, name, log.topicId());
        check(log.recoveryPoint() == log.logEndOffset(), "a flushed log is recovered to its end",
                log.recoveryPoint(), log.logEndOffset());
        states.put(name, new LogState(name, log.topicId(), log.logStartOffset(),
                log.recoveryPoint()));
        log.close();
    }

    private void note(JournalEnd end) throws IOException {
        switch (end) {
            case JournalEnd.Clean clean -> { }
            case JournalEnd.Torn torn -> trace.info("journal ends torn file=" + torn.path()
                    + " position=" + torn.position());
            case JournalEnd.Corrupt corrupt -> {
                for (JournalDamage damage : corrupt.damages()) {
                    note(damage);
                }
            }
        }
    }

    private void note(JournalDamage damage) throws IOException {
        damages.add("journal file=" + damage.path() + " bytes=[" + damage.from() + ","
                + damage.end() + ") " + damage.what());
        if (damage.lost() != null) {
            missing(damage.lost());
        }
    }
}
