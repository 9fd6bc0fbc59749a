package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;

/// What came out of opening a data directory: whose it is, what its checkpoint says, and which logs
/// are known to be whole.
///
/// After a clean shutdown that is all of them. After a crash it is those that the journal was
/// replayed into; the others are looked at when they are opened, from their recovery point on.
///
/// [#isSettled] and [#settle] are for any thread; the rest is immutable.
final class Opened {
    private final DirIdentity identity;
    private final Map<String, LogState> states;
    private final List<String> damages;
    private final List<StoredLog> stored;
    private final FailureMark failed;
    private final LostOffsets lost;
    private final boolean untold;
    private final long previousEpoch;
    private final Set<String> settled = ConcurrentHashMap.newKeySet();

    private Opened(DirIdentity identity, Map<String, LogState> states, Set<String> settled,
            Loss loss, List<StoredLog> stored, FailureMark failed, long previousEpoch) {
        check(states.keySet().containsAll(settled), "what is whole has a checkpoint");
        this.stored = stored;
        this.failed = failed;
        this.lost = loss.offsets;
        this.untold = loss.untold;
        this.damages = List.copyOf(loss.damages);
        this.previousEpoch = previousEpoch;
        this.identity = identity;
        this.states = states;
        this.settled.addAll(settled);
    }

    /// What is not there that once was.
    ///
    /// @param damages what this opening has found, a line each
    /// @param untold nobody who relies on the directory has been told of it, or of what an earlier
    ///     one has found
    private record Loss(List<String> damages, LostOffsets offsets, boolean untold) {
    }

    /// Reads the checkpoint, replays the journal if the last shutdown was not clean, and says so in
    /// a new checkpoint, so that the journal is not needed any more. Blocks.
    static Opened open(Disk disk, StoreConfig config, FailureMark failed, Trace trace)
            throws IOException {
        boolean hasLogs = disk.list("").stream().anyMatch(DirNames::isLog);
        boolean hasData = hasLogs || !disk.list(DirNames.JOURNAL).isEmpty();
        DirIdentity identity = DirIdentity.open(disk, config, hasData);
        Map<String, LogState> states = new HashMap<>();
        List<LogState> read = CheckpointFile.read(disk);
        CleanMark mark = CleanMark.read(disk);
        boolean clean = mark.isThere() && read != null;
        if (read != null) {
            read.forEach(state -> states.put(state.name(), state));
            Removal.leaveOutDeleted(disk, states);
        } else if (hasData) {
            Marks.hit("logs are scanned because there is no checkpoint");
            trace.warn("checkpoint is missing or damaged: logs are scanned when they are opened");
        }
        Set<String> settled = new HashSet<>();
        List<String> damages = List.of();
        LostOffsets lost = LostOffsets.read(disk, trace);
        if (clean) {
            settled.addAll(states.keySet());
        } else {
            JournalReplay replay = new JournalReplay(disk, states, lost, failed, trace);
            damages = replay.run();
            settled.addAll(replay.settled());
            CheckpointFile.write(disk, states.values());
        }
        Loss loss = remembered(disk, states, damages, lost);
        damages.forEach(damage -> trace.warn("recovery found damage " + damage));
        mark.clear(disk);
        return new Opened(identity, states, settled, loss, stored(disk, states), failed,
                clean ? mark.brokerEpoch() : CleanMark.NO_EPOCH);
    }

    /// The journal, which tells of the damage, is given up when this is on disk.
    private static Loss remembered(Disk disk, Map<String, LogState> states,
            List<String> damages, LostOffsets lost) throws IOException {
        if (lost.prune(states)) {
            lost.write();
        }
        var mark = new DamageMark(disk);
        if (!damages.isEmpty()) {
            mark.leave();
        }
        return new Loss(damages, lost, mark.isThere());
    }

    private static List<StoredLog> stored(Disk disk, Map<String, LogState> states)
            throws IOException {
        List<StoredLog> stored = new ArrayList<>();
        for (String name : disk.list("")) {
            if (DirNames.isLog(name) && !name.equals(DirNames.QUORUM)) {
                LogState state = states.get(name);
                Uuid found = DirNames.topicId(disk, name);
                stored.add(new StoredLog(name, found != null || state == null ? found
                        : state.topicId()));
            }
        }
        return List.copyOf(stored);
    }

    DirIdentity identity() {
        return identity;
    }

    /// What the checkpoint says, by name.
    Map<String, LogState> states() {
        return states;
    }

    /// The log directories that are there.
    List<StoredLog> stored() {
        return stored;
    }

    List<String> damages() {
        return damages;
    }

    /// What logs lack in their middle, by this opening or an earlier one.
    LostOffsets lost() {
        return lost;
    }

    /// True if something was found damaged, by this opening or an earlier one, of which nobody who
    /// relies on the directory has been told.
    boolean isUntold() {
        return untold;
    }

    /// Under which epoch the broker was registered when it was stopped in good order.
    long previousEpoch() {
        return previousEpoch;
    }

    /// Whether an earlier process met a failed sync, and where this one says so.
    FailureMark failed() {
        return failed;
    }

    /// True if the log's files are whole up to its recovery point and hold nothing behind it.
    boolean isSettled(String name) {
        return settled.contains(name);
    }

    /// The log was closed in good order.
    void settle(String name) {
        check(DirNames.isLog(name), "a log is closed");
        settled.add(name);
    }
}
