package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Journalled batches of a log that is damaged and takes none: kept in a file beside its segments,
/// in a segment's format, because the journal is given up after a replay.
///
/// Confined to the opening of the directory. Blocks.
final class Rescue {
    private static final String RESCUED = ".rescued";

    private final Disk disk;
    private final String log;
    private final String damage;
    private String path;
    private long bytes;

    /// @param log the log's directory
    /// @param damage what is wrong with it
    Rescue(Disk disk, String log, String damage) {
        this.disk = disk;
        this.log = log;
        this.damage = damage;
    }

    /// True if batches of the log were rescued: it has not taken them over, and nothing may be
    /// appended in their place. Whoever takes the file away decides otherwise.
    static boolean isIn(Disk disk, String log) throws IOException {
        return disk.list(log).stream().anyMatch(name -> name.endsWith(RESCUED));
    }

    /// Takes the file away: what it holds comes from another replica.
    static void remove(Disk disk, String log) throws IOException {
        for (String name : disk.list(log)) {
            if (name.endsWith(RESCUED)) {
                disk.delete(log + '/' + name);
            }
        }
        disk.syncDirectory(log);
        check(!isIn(disk, log), "what is taken away is gone");
    }

    /// What such a log is refused with.
    ///
    /// @param soundEnd where it ends
    static CorruptFile refusal(String log, long soundEnd) {
        check(soundEnd >= 0, "a log ends at an offset", soundEnd);
        return new CorruptFile("batches that follow offset " + soundEnd + " are in " + log
                + "/*" + RESCUED, soundEnd);
    }

    /// Sees to it that the log takes nothing until somebody has looked at it, also if there is
    /// nothing to keep.
    void mark(long offset) throws IOException {
        if (path == null) {
            begin(offset);
            disk.open(path).close();
        }
    }

    /// A log that had nothing as yet has no directory either.
    private void begin(long offset) throws IOException {
        disk.createDirectories(log);
        path = pathAt(offset);
    }

    private String pathAt(long offset) {
        return String.format("%s/%020d%s", log, offset, RESCUED);
    }

    /// Keeps one frame's batches.
    void keep(long baseOffset, ByteBuffer batches) throws IOException {
        check(baseOffset >= 0, "batches begin at an offset", baseOffset);
        if (path == null) {
            begin(baseOffset);
        }
        int size = batches.remaining();
        check(size > 0, "a frame of batches holds some", size);
        try (DiskFile file = disk.open(path)) {
            file.write(new ByteBuffer[] {batches.duplicate()}, 0, 1, bytes);
            bytes += size;
            file.truncate(bytes);
        }
    }

    /// Makes all that was kept durable.
    ///
    /// @return what an operator is told
    String finish() throws IOException {
        if (path == null) {
            return "partition=" + log + " damaged: " + damage;
        }
        try (DiskFile file = disk.open(path)) {
            check(file.size() == bytes, "what was kept is there", file.size(), bytes);
            file.sync();
        }
        disk.syncDirectory(log);
        return "partition=" + log + " damaged: " + damage + "; journalled batches kept in=" + path;
    }
}
