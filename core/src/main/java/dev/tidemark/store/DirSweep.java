package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.Journal;
import dev.tidemark.journal.Journaled;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/// What the sweep sees of a directory: its open logs, and how full its journal is.
///
/// Confined to the journal's loop.
///
/// @param failed told of a checkpoint that could not be written, and of what the sweep meets
record DirSweep(Disk disk, Offload offload, Loop journalLoop, LogTable logs, Journal journal,
        Consumer<IOException> failed) implements Sweep.Dir {
    @Override
    public OpenLog find(Journaled owner) {
        return logs.find(owner);
    }

    @Override
    public long journalRoom() {
        return journal.roomBytes();
    }

    @Override
    public void checkpoint(long endSequence) {
        check(endSequence >= 0, "journal files are counted from the first", endSequence);
        List<LogState> states = logs.states();
        offload.runSync(journalLoop, () -> {
            CheckpointFile.write(disk, states);
            return states;
        }, (written, why) -> {
            if (why != null) {
                failed.accept(why);
            } else {
                journal.checkpointed(endSequence);
            }
        });
    }

    @Override
    public void fail(IOException why) {
        failed.accept(why);
    }
}
