package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.List;

/// Files that a log has let go by renaming them: no new read finds them, reads in flight finish.
///
/// Immutable. [#delete] blocks and belongs on `Offload`, after `file.delete.delay.ms`.
///
/// @param disk where they are
/// @param paths what they are called now
public record RemovedFiles(Disk disk, List<String> paths) {
    /// Keeps a copy of the list.
    public RemovedFiles {
        paths = List.copyOf(paths);
        for (String path : paths) {
            check(path.endsWith(SegmentNames.DELETED) || path.endsWith(SegmentNames.DIRECTORY),
                    "only what was renamed is deleted");
        }
    }

    /// True if nothing was removed.
    public boolean isEmpty() {
        return paths.isEmpty();
    }

    /// Deletes them for good. A crash before leaves names that the next opening clears away.
    public void delete() throws IOException {
        for (String path : paths) {
            disk.delete(path);
        }
    }
}
