package dev.tidemark.bench.work;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Free memory that is really there.
///
/// A virtual machine often gives free memory back to its host, and pays for every page when it is
/// wanted again: ten times what writing it costs, in the system CPU of whoever comes first. So
/// before a run, a file of the run's size is written and removed: its pages are free and warm.
final class WarmPages {
    private static final int CHUNK = 4 << 20;
    private static final long MOST = 3L << 30;

    private WarmPages() {}

    /// Makes room in a directory for twice so many bytes, three GiB at most.
    static void forBytes(Path directory, long bytes) throws IOException {
        Path file = directory.resolve("warm-pages");
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        long left = Math.min(2 * bytes, MOST);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            while (left > 0) {
                left -= channel.write(chunk.clear());
            }
        } finally {
            Files.delete(file);
        }
    }
}
