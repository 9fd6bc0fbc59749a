package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;

/// A file that says that a write or a sync has failed in this directory, and that no process has
/// ended in good order since.
///
/// After a failed sync the page cache still has what the disk lacks, and takes it for written: a
/// process that is started without a reboot reads whole records, syncs them without effect, and
/// loses them with the power. So while the mark is there, recovery writes again what it finds
/// above the recovery points. The mark need not survive a loss of power: then what is read comes
/// from the disk.
///
/// For any thread.
final class FailureMark {
    static final String NAME = "tidemark-failed";

    private final Disk disk;
    private final Trace trace;
    private final boolean wasLeft;

    FailureMark(Disk disk, Trace trace) throws IOException {
        this.disk = disk;
        this.trace = trace;
        wasLeft = disk.exists(NAME);
        if (wasLeft) {
            Marks.hit("recovery writes again what a failed sync may have lost");
            trace.warn("an earlier process met a failed write or sync here: what is not known to"
                    + " be on disk is written again");
        }
    }

    /// True if an earlier process has left it.
    boolean wasLeft() {
        return wasLeft;
    }

    /// Leaves it for the next process.
    void leave() {
        try {
            disk.open(NAME).close();
        } catch (IOException readOnly) {
            trace.warn("failure mark could not be made reason=" + readOnly.getMessage());
        }
    }

    /// Takes it away: everything was synced in good order.
    void clear() throws IOException {
        disk.delete(NAME);
        check(!disk.exists(NAME), "a mark that is cleared is gone");
    }

    /// The same pool; work that fails leaves the mark before anybody hears of it.
    Offload watching(Offload offload) {
        return new Offload() {
            @Override
            public <T> void run(Loop loop, Work<T> work, Done<T> done) {
                offload.run(loop, watched(work), done);
            }

            @Override
            public <T> void runSync(Loop loop, Work<T> work, Done<T> done) {
                offload.runSync(loop, watched(work), done);
            }
        };
    }

    private <T> Offload.Work<T> watched(Offload.Work<T> work) {
        return () -> {
            try {
                return work.call();
            } catch (IOException failure) {
                leave();
                throw failure;
            }
        };
    }
}
