package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.journal.JournalScan;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;

/// What has to be known of a whole journal before its first frame is replayed: where each log
/// starts in the end, and whose each name is in the end.
///
/// Segments below a log start are given up as soon as the start is in the journal, and a crash may
/// have undone a part of that. So a log must be opened at its last start: what is missing below is
/// no damage, and what is left there is of no use.
///
/// Immutable once taken.
final class JournalSurvey {
    private final Map<Owned, Long> starts = new LinkedHashMap<>();
    private final Map<Owned, Long> firsts = new HashMap<>();
    private final Map<Owned, Long> cuts = new HashMap<>();
    /// Those of which nothing was journalled since they were cut last.
    private final Set<Owned> endingCut = new HashSet<>();
    private final Map<String, Uuid> lastOwners = new HashMap<>();
    /// The number of the frame, from 1 on, that says so last.
    private final Map<Owned, Long> deletions = new HashMap<>();
    private long frames;

    private JournalSurvey() {
    }

    /// A name, as long as it was this topic's.
    private record Owned(String name, Uuid topicId) {
    }

    /// Reads the journal through. Blocks.
    static JournalSurvey take(Disk disk) throws IOException {
        var survey = new JournalSurvey();
        try (JournalScan scan = JournalScan.open(disk, DirNames.JOURNAL)) {
            while (scan.next()) {
                survey.note(scan);
            }
        }
        return survey;
    }

    private void note(JournalScan frame) {
        frames++;
        var log = new Owned(frame.name(), frame.topicId());
        check(frame.baseOffset() >= 0, "a frame speaks of an offset", frame.baseOffset());
        check(DirNames.isLog(frame.name()), "a frame speaks of a log");
        lastOwners.put(frame.name(), frame.topicId());
        switch (frame.kind()) {
            case START_RAISED -> starts.merge(log, frame.baseOffset(), Math::max);
            case RESTARTED -> starts.put(log, frame.baseOffset());
            case TRUNCATED -> {
                starts.computeIfPresent(log, (same, start) -> Math.min(start, frame.baseOffset()));
                cuts.merge(log, frame.baseOffset(), Math::min);
                endingCut.add(log);
            }
            case DELETED -> {
                forget(log);
                deletions.put(log, frames);
                // What bears the name from here on is another topic's.
                lastOwners.remove(frame.name());
            }
            case APPENDED -> {
                firsts.merge(log, frame.baseOffset(), Math::min);
                endingCut.remove(log);
            }
            case DECLARED -> check(false, "declarations are the scan's own");
        }
    }

    /// A replica that comes back begins anew.
    private void forget(Owned log) {
        starts.remove(log);
        firsts.remove(log);
        cuts.remove(log);
        endingCut.remove(log);
    }

    /// True if the journal says that the log was deleted. What a checkpoint says of it may be of a
    /// directory that is gone, and what has its name be another one of the same topic.
    boolean isDeleted(String name, Uuid topicId) {
        return deletions.containsKey(new Owned(name, topicId));
    }

    /// True if the log is said to be deleted behind the frame of that number.
    boolean isDeletedBehind(long number, String name, Uuid topicId) {
        check(number > 0, "frames are counted from 1 on", number);
        return deletions.getOrDefault(new Owned(name, topicId), 0L) > number;
    }

    /// The log's start after all that the journal says of it; 0 if it says nothing of that.
    long startOf(String name, Uuid topicId) {
        return starts.getOrDefault(new Owned(name, topicId), 0L);
    }

    /// Raises the starts that a checkpoint knows to those that the journal says.
    ///
    /// The journal may be read from the page cache alone, and the next crash may take that. Before
    /// anything is given up for what it says, the checkpoint has to say so too.
    ///
    /// @return true if the checkpoint is to be written
    boolean raise(Map<String, LogState> states) {
        check(starts.isEmpty() || !lastOwners.isEmpty(), "a log that starts has an owner",
                starts.size());
        boolean raised = false;
        for (Map.Entry<Owned, Long> entry : starts.entrySet()) {
            String name = entry.getKey().name();
            Uuid topicId = entry.getKey().topicId();
            LogState state = states.get(name);
            if (state == null && topicId.equals(lastOwners.get(name))) {
                state = new LogState(name, topicId, 0, 0);
            }
            if (state != null && state.topicId().equals(topicId)
                    && state.logStartOffset() < entry.getValue()) {
                states.put(name, new LogState(name, topicId, entry.getValue(),
                        state.recoveryPoint()));
                raised = true;
            }
        }
        return raised;
    }

    /// The lowest offset at which the log was cut: what a checkpoint says was synced above may have
    /// been cut off since. The highest possible if it was not.
    long lowestCutOf(String name, Uuid topicId) {
        return cuts.getOrDefault(new Owned(name, topicId), Long.MAX_VALUE);
    }

    /// True if the journal has no records that were appended to the log after it was cut last.
    boolean endsCut(String name, Uuid topicId) {
        return endingCut.contains(new Owned(name, topicId));
    }

    /// The lowest offset that the journal has records of; the highest possible if it has none.
    long firstOf(String name, Uuid topicId) {
        return firsts.getOrDefault(new Owned(name, topicId), Long.MAX_VALUE);
    }

    /// The topic whose frames of that name come last; null if there are none, or if it is deleted.
    Uuid lastOwner(String name) {
        return lastOwners.get(name);
    }
}
