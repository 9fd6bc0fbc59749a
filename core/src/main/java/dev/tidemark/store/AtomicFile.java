package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Small text files in the data directory that are replaced as a whole: after a crash there is the
/// old one or the new one, never a part.
///
/// Stateless; blocks. One writer per path at a time.
final class AtomicFile {
    private static final int MOST_BYTES = 64 << 20;

    private AtomicFile() {
    }

    /// Replaces the file; when this returns, a crash no longer brings the old one back.
    static void write(Disk disk, String path, String text) throws IOException {
        check(!path.contains("/"), "these files lie in the data directory itself");
        String temporary = path + ".tmp";
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary)) {
            file.write(new ByteBuffer[] {bytes}, 0, 1, 0);
            check(!bytes.hasRemaining(), "a write writes all", bytes.remaining());
            file.sync();
        }
        disk.rename(temporary, path);
        disk.syncDirectory("");
    }

    /// The file's text, or null if there is none.
    static String read(Disk disk, String path) throws IOException {
        if (!disk.exists(path)) {
            return null;
        }
        try (DiskFile file = disk.open(path)) {
            long size = file.size();
            if (size > MOST_BYTES) {
                throw new IOException("file " + path + " is larger than any we write: " + size);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            int read = file.read(bytes, 0);
            check(read <= size, "a read stays inside its file", read, size);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }
}
