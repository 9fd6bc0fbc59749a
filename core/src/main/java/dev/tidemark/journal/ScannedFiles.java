package dev.tidemark.journal;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The live files of a journal that is scanned, oldest first, and the damage that was found.
///
/// Confined to the scan. Blocks.
final class ScannedFiles implements AutoCloseable {
    private final Disk disk;
    private final String directory;
    private final JournalFormat format = new JournalFormat();
    private final ArrayDeque<Long> sequences = new ArrayDeque<>();
    private final List<DiskFile> opened = new ArrayList<>();
    private final List<JournalDamage> damages = new ArrayList<>();
    private long lastSequence = -1;

    ScannedFiles(Disk disk, String directory) throws IOException {
        this.disk = disk;
        this.directory = directory;
        for (String name : disk.list(directory)) {
            long sequence = JournalFile.liveSequence(name);
            if (sequence >= 0) {
                sequences.add(sequence);
            }
        }
    }

    /// The next file with a whole header; damage is noted for those without. Null at the end.
    ///
    /// @throws IOException if a file is of a newer format
    ScannedFile next() throws IOException {
        ScannedFile next = null;
        while (next == null && !sequences.isEmpty()) {
            long sequence = sequences.remove();
            if (lastSequence >= 0 && sequence != lastSequence + 1) {
                Marks.hit("journal file is missing");
                damage(JournalFile.livePath(directory, lastSequence + 1), 0, 0,
                        "missing files before " + sequence);
            }
            lastSequence = sequence;
            next = open(sequence);
        }
        return next;
    }

    void damage(String path, long from, long end, String what) {
        damage(new JournalDamage(path, from, end, what));
    }

    void damage(JournalDamage damage) {
        damages.add(damage);
    }

    boolean isDamaged() {
        return !damages.isEmpty();
    }

    List<JournalDamage> damages() {
        return List.copyOf(damages);
    }

    @Override
    public void close() {
        opened.forEach(DiskFile::close);
    }

    private ScannedFile open(long sequence) throws IOException {
        DiskFile file = disk.open(JournalFile.livePath(directory, sequence));
        opened.add(file);
        long size = file.size();
        ByteBuffer header = ByteBuffer.allocate(JournalFormat.FILE_HEADER_BYTES);
        boolean whole = file.read(header, 0) == JournalFormat.FILE_HEADER_BYTES
                && format.isFileHeader(header, 0);
        if (whole && header.getInt(JournalFormat.FILE_VERSION) != JournalFormat.VERSION) {
            throw new IOException("journal file " + file.path() + " has format "
                    + header.getInt(JournalFormat.FILE_VERSION) + ", newer than "
                    + JournalFormat.VERSION);
        }
        if (!whole || header.getLong(JournalFormat.FILE_SEQUENCE) != sequence) {
            Marks.hit("journal file has a damaged header");
            damage(file.path(), 0, size, "file header");
            return null;
        }
        if (size < header.getLong(JournalFormat.FILE_BYTES)) {
            Marks.hit("journal file is short");
            damage(file.path(), size, header.getLong(JournalFormat.FILE_BYTES), "end of file");
        }
        return new ScannedFile(file, header.getLong(JournalFormat.FILE_SALT), size);
    }
}
