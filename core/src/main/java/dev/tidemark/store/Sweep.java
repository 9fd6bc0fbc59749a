package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.journal.Checkpointer;
import dev.tidemark.journal.Journaled;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;

/// Makes journal files superfluous: has each log that they cover flushed, as many at a time as its
/// [SweepPace] says, writes the checkpoint, and tells the journal.
///
/// Confined to the journal's loop.
final class Sweep implements Checkpointer {
    private final Loop loop;
    private final Dir dir;
    private final ArrayDeque<OpenLog> due = new ArrayDeque<>();
    private final SweepPace pace = new SweepPace();
    private long endSequence;
    private int flushing;
    private boolean running;

    Sweep(Loop loop, Dir dir) {
        this.loop = loop;
        this.dir = dir;
    }

    /// What a sweep needs of its directory.
    interface Dir {
        /// The open log of that owner; null if it is closed or deleted, and so flushed or gone.
        OpenLog find(Journaled owner);

        /// Bytes that the journal may still take before rounds wait for this sweep.
        long journalRoom();

        /// Writes the checkpoint off the loop, then tells the journal that its files below
        /// `endSequence` are not needed any more.
        void checkpoint(long endSequence);

        /// The disk has failed.
        void fail(IOException failure);
    }

    @Override
    public void checkpoint(List<Journaled> owners, long end) {
        check(loop.inLoop(), "a sweep runs on the journal's loop");
        check(!running, "one sweep at a time", end, endSequence);
        check(due.isEmpty() && flushing == 0, "the last sweep has ended", flushing);
        check(end > endSequence, "sweeps go on", end, endSequence);
        running = true;
        endSequence = end;
        for (Journaled owner : owners) {
            OpenLog log = dir.find(owner);
            if (log != null) {
                due.add(log);
            }
        }
        pace.begin(due.size(), dir.journalRoom());
        step();
    }

    @Override
    public void failed(IOException why) {
        dir.fail(why);
    }

    private void step() {
        while (!due.isEmpty() && flushing < pace.atOnce()) {
            OpenLog log = due.remove();
            flushing++;
            log.owner.loop().execute(() -> log.flush(
                    failure -> loop.execute(() -> flushed(failure))));
        }
        if (running && due.isEmpty() && flushing == 0) {
            running = false;
            dir.checkpoint(endSequence);
        }
    }

    private void flushed(IOException failure) {
        check(flushing > 0, "a flush that ends was begun", flushing);
        flushing--;
        if (failure != null) {
            // The directory is dead: no checkpoint may say that this log was synced.
            due.clear();
            running = false;
            dir.fail(failure);
        } else {
            pace.flushed(dir.journalRoom());
            step();
        }
    }
}
