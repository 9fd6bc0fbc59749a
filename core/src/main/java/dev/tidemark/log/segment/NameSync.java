package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;

/// Makes the names in a log's directory survive a crash, and the directory's own if it is new.
///
/// @param disk where it is
/// @param directory the log's directory
/// @param metadata true if `partition.metadata` was written and not synced
/// @param parent true if the directory itself is new
public record NameSync(Disk disk, String directory, boolean metadata, boolean parent) {
    public NameSync {
        check(!directory.isEmpty(), "a log has a directory of its own");
        check(parent || !metadata, "metadata is written with the directory");
    }

    /// Syncs them. Blocks; on any thread.
    public void run() throws IOException {
        if (metadata) {
            try (DiskFile file = disk.open(directory + '/' + SegmentNames.METADATA)) {
                file.sync();
            }
        }
        disk.syncDirectory(directory);
        if (parent) {
            disk.syncDirectory(parentOf(directory));
        }
    }

    /// The directory that holds another.
    public static String parentOf(String directory) {
        int slash = directory.lastIndexOf('/');
        return slash < 0 ? "" : directory.substring(0, slash);
    }
}
