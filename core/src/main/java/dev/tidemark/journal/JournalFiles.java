package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The journal's files as names and sizes on disk: makes, empties, refills and deletes them.
///
/// A name ending in `.journal` promises a durable, valid header and a file of full size. Whatever
/// happens before that promise holds, or after it is withdrawn, happens under a name ending in
/// `.free`, which recovery does not look at. So no crash while a file is filled, or while its
/// first block is written anew, can be mistaken for damage.
///
/// Stateless; every method blocks. May be called from any thread, one operation at a time.
final class JournalFiles {
    private static final int CHUNK_BYTES = 1 << 20;
    /// Bytes filled between two syncs, so that rounds that go on meanwhile don't queue behind all.
    private static final int FILLED_PER_SYNC = 1 << 20;

    private final Disk disk;
    private final String directory;
    private final long seed;

    JournalFiles(Disk disk, String directory, long seed) {
        this.disk = disk;
        this.directory = directory;
        this.seed = seed;
    }

    /// A file that holds nothing any more.
    ///
    /// @param sequence under which it is named
    record Spare(long sequence, long bytes) {
    }

    /// What an earlier process has left.
    ///
    /// @param spares all that were live, emptied by now, oldest first
    /// @param nextSequence higher than any in the directory
    record Left(List<Spare> spares, long nextSequence) {
    }

    /// Withdraws all files of an earlier process; what they said is in the logs by now. Deletes
    /// those that were not whole.
    Left takeOver() throws IOException {
        disk.createDirectories(directory);
        disk.syncDirectory("");
        long next = 1;
        List<Spare> spares = new ArrayList<>();
        for (String name : disk.list(directory)) {
            long free = JournalFile.freeSequence(name);
            long live = JournalFile.liveSequence(name);
            if (free >= 0) {
                Marks.hit("journal file was being prepared or emptied at the crash");
                delete(free);
            } else if (live >= 0) {
                spares.add(withdraw(live));
            }
            next = Math.max(next, Math.max(free, live) + 1);
        }
        return new Left(spares, next);
    }

    /// Takes the promise back that a live file gives, oldest file first: a later one must never be
    /// gone while an earlier one is still there.
    Spare withdraw(long sequence) throws IOException {
        String path = JournalFile.freePath(directory, sequence);
        check(sequence >= 0, "a file has a sequence", sequence);
        disk.rename(JournalFile.livePath(directory, sequence), path);
        disk.syncDirectory(directory);
        try (DiskFile file = disk.open(path)) {
            return new Spare(sequence, file.size());
        }
    }

    void delete(long sequence) throws IOException {
        disk.delete(JournalFile.freePath(directory, sequence));
        disk.syncDirectory(directory);
    }

    /// Makes a new file, filled with zeros so that rounds write into blocks that are there.
    ///
    /// @return null if the disk has no room for it
    JournalFile create(long sequence, long bytes) throws IOException {
        check(sequence > 0 && bytes >= 2 * JournalFormat.BLOCK_BYTES, "a file has a size",
                sequence, bytes);
        if (disk.usableBytes() < bytes) {
            return null;
        }
        String path = JournalFile.freePath(directory, sequence);
        try (DiskFile file = disk.open(path)) {
            fill(file, bytes);
        } catch (IOException failure) {
            if (disk.usableBytes() >= bytes) {
                throw failure;
            }
            Marks.hit("disk filled up under a new journal file");
            disk.delete(path);
            return null;
        }
        return promise(sequence, sequence, bytes);
    }

    /// Gives a spare file its next life.
    JournalFile recycle(Spare spare, long sequence) throws IOException {
        check(spare.sequence < sequence, "a file's next life is a later one", spare.sequence,
                sequence);
        return promise(spare.sequence, sequence, spare.bytes);
    }

    private JournalFile promise(long from, long sequence, long bytes) throws IOException {
        long salt = new Prng(seed + sequence * 0xD1342543DE82EF95L).nextLong();
        String freePath = JournalFile.freePath(directory, from);
        try (DiskFile file = disk.open(freePath)) {
            check(file.size() == bytes, "a journal file is whole", file.size(), bytes);
            ByteBuffer block = ByteBuffer.allocateDirect(JournalFormat.BLOCK_BYTES);
            new JournalFormat().putFileHeader(block, 0, sequence, salt, bytes);
            write(file, block, 0);
            file.sync();
        }
        String livePath = JournalFile.livePath(directory, sequence);
        disk.rename(freePath, livePath);
        disk.syncDirectory(directory);
        return new JournalFile(disk.open(livePath), sequence, salt, bytes);
    }

    private static void fill(DiskFile file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, CHUNK_BYTES));
        long unsynced = 0;
        for (long at = 0; at < bytes; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(CHUNK_BYTES, bytes - at));
            write(file, zeros, at);
            unsynced += zeros.limit();
            if (unsynced >= FILLED_PER_SYNC) {
                file.sync();
                unsynced = 0;
            }
        }
        file.sync();
    }

    private static void write(DiskFile file, ByteBuffer bytes, long at) throws IOException {
        file.write(new ByteBuffer[] {bytes}, 0, 1, at);
        check(!bytes.hasRemaining(), "a write writes all", bytes.remaining());
    }
}
