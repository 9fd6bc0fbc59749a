package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Log;
import dev.tidemark.log.segment.RemovedFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;

/// What becomes of the files of logs that are deleted: their names are free at once, their bytes
/// are gone after a while, when readers have finished.
///
/// Each method says where it may be called.
final class Removal {
    private static final String AGAIN = ".again";

    private final Disk disk;
    private final Offload offload;
    private final Loop journalLoop;
    private final Trace trace;
    private final BooleanSupplier isDead;

    /// @param isDead true if the directory has failed, and the journal may not say what is gone
    Removal(Disk disk, Offload offload, Loop journalLoop, Trace trace, BooleanSupplier isDead) {
        this.disk = disk;
        this.offload = offload;
        this.journalLoop = journalLoop;
        this.trace = trace;
        this.isDead = isDead;
    }

    /// Removes what an earlier process had deleted and left lying. Before the loops run.
    void clear() throws IOException {
        for (String name : disk.list("")) {
            if (name.endsWith(DirNames.DELETED)) {
                soon(name);
            }
        }
    }

    /// Deletes the files of an open log, on its loop: its directory's name is free at once.
    void delete(OpenLog open) throws IOException {
        Loop loop = open.owner.loop();
        RemovedFiles removed = open.log.delete();
        open.closed();
        long delayMs = open.log.config().retention().fileDeleteDelayMs();
        offload.run(loop, () -> {
            disk.syncDirectory("");
            return removed;
        }, (done, why) -> later(loop, removed, delayMs));
    }

    /// Deletes the directory of a log that nobody has opened, if it is there. On the log's loop.
    void deleteUnopened(String name, Uuid topicId) throws IOException {
        check(DirNames.isLog(name), "a log is deleted");
        if (disk.exists(name)) {
            String gone = Log.deletedDirectory(name, topicId);
            disk.rename(name, gone);
            disk.syncDirectory("");
            soon(gone);
        }
    }

    /// A replica was moved away, and is back before the directory that it had is deleted for good:
    /// a recovery that met that would take what is journalled from now on for the old log's. On any
    /// thread; blocks.
    void forgetDeleted(Journaled owner) throws IOException {
        String deleted = Log.deletedDirectory(owner.name(), owner.topicId());
        if (disk.exists(deleted)) {
            Marks.hit("log comes back while its old directory is about to be deleted");
            String again = secondName(deleted);
            disk.delete(again);
            disk.rename(deleted, again);
            disk.syncDirectory("");
            soon(again);
        }
    }

    private static String secondName(String deleted) {
        check(deleted.endsWith(DirNames.DELETED), "what is deleted bears a name that says so");
        return deleted.substring(0, deleted.length() - DirNames.DELETED.length()) + AGAIN
                + DirNames.DELETED;
    }

    /// Leaves out what a checkpoint says of logs that were deleted since: the directory that comes
    /// back under that name, if a replica does, begins anew.
    static void leaveOutDeleted(Disk disk, Map<String, LogState> states) throws IOException {
        Set<String> names = Set.copyOf(disk.list(""));
        boolean some = states.values().removeIf(state -> {
            String deleted = Log.deletedDirectory(state.name(), state.topicId());
            return !names.contains(state.name())
                    && (names.contains(deleted) || names.contains(secondName(deleted)));
        });
        if (some) {
            Marks.hit("checkpoint speaks of a log that was deleted");
        }
    }

    /// Deletes files after a while. On that loop.
    void later(Loop loop, RemovedFiles removed, long delayMs) {
        loop.schedule(Math.max(0, delayMs), () -> run(removed));
    }

    private void soon(String directory) {
        RemovedFiles removed = new RemovedFiles(disk, List.of(directory));
        journalLoop.execute(() -> run(removed));
    }

    private void run(RemovedFiles removed) {
        offload.run(journalLoop, () -> {
            if (!isDead.getAsBoolean()) {
                removed.delete();
                disk.syncDirectory("");
            }
            return removed;
        }, (done, why) -> {
            if (why != null) {
                trace.warn("deleted files could not be removed reason=" + why.getMessage());
            }
        });
    }
}
