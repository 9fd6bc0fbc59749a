package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Files of the quorum's directory that are replaced as a whole: after a crash there is the old one
/// or the new one, never a part.
///
/// Stateless. Blocks.
final class SyncedFile {
    /// What a file is called until it is whole.
    static final String PART = ".part";

    private SyncedFile() {
    }

    /// Replaces the file; when this returns, no crash brings the old one back.
    static void write(Disk disk, String directory, String name, byte[] bytes) throws IOException {
        String part = directory + '/' + name + PART;
        disk.delete(part);
        try (DiskFile file = disk.open(part)) {
            file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1, 0);
            file.sync();
        }
        publish(disk, directory, name);
    }

    /// Gives a synced `.part` its name.
    static void publish(Disk disk, String directory, String name) throws IOException {
        disk.rename(directory + '/' + name + PART, directory + '/' + name);
        disk.syncDirectory(directory);
    }

    /// The whole file, or null if there is none.
    static byte[] read(Disk disk, String path) throws IOException {
        if (!disk.exists(path)) {
            return null;
        }
        try (DiskFile file = disk.open(path)) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            int read = file.read(bytes, 0);
            check(read == bytes.capacity(), "a file is as long as it says", read,
                    bytes.capacity());
            return bytes.array();
        }
    }
}
