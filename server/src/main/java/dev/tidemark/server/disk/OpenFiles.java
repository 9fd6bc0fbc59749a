package dev.tidemark.server.disk;

import java.util.Iterator;
import java.util.LinkedHashSet;

/// The files that have a descriptor, and who loses it when there are too many.
///
/// The choice is a clock's (second chance): whoever was used again since it was opened, or since
/// the hand last passed, is spared once, so that using a file costs one store and no lock. Files
/// in use or on loan are passed over; where all are, the limit is exceeded rather than anybody
/// made to wait.
///
/// May be called from any thread, but never with a file's own lock held: the hand takes those.
final class OpenFiles {
    private final int limit;
    private final LinkedHashSet<StoredFile> files = new LinkedHashSet<>();

    OpenFiles(int limit) {
        this.limit = limit;
    }

    /// The file has got a descriptor: others may have to give up theirs.
    synchronized void opened(StoredFile file) {
        files.add(file);
        int steps = 2 * files.size();
        while (files.size() > limit && steps-- > 0) {
            Iterator<StoredFile> hand = files.iterator();
            StoredFile next = hand.next();
            hand.remove();
            if (next == file || next.usedSinceLastAsked() || !next.closeIfIdle()) {
                files.add(next);
            }
        }
    }

    /// The file is closed for good.
    synchronized void closed(StoredFile file) {
        files.remove(file);
    }

    synchronized int count() {
        return files.size();
    }
}
