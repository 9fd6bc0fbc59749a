package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import java.io.IOException;

/// A file that says that a recovery found damage here which nobody has been told of yet.
///
/// The journal is given up after a recovery, and with it what tells of the damage: a process that
/// ends before it has said so leaves this for the next one.
///
/// Blocks.
final class DamageMark {
    static final String NAME = "tidemark-damaged";

    private final Disk disk;

    DamageMark(Disk disk) {
        this.disk = disk;
    }

    boolean isThere() throws IOException {
        return disk.exists(NAME);
    }

    /// Leaves it; when this returns, no crash takes it away.
    void leave() throws IOException {
        if (!isThere()) {
            disk.open(NAME).close();
            disk.syncDirectory("");
        }
        check(isThere(), "a mark that is left is there");
    }

    /// Those who rely on the directory know.
    void clear() throws IOException {
        if (isThere()) {
            Marks.hit("damage found by a recovery has been told");
            disk.delete(NAME);
            disk.syncDirectory("");
        }
        check(!isThere(), "a mark that is cleared is gone");
    }
}
