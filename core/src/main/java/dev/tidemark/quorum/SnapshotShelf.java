package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.util.TreeSet;
import org.apache.kafka.server.common.OffsetAndEpoch;

/// The whole snapshots in the quorum's directory: `<end offset>-<epoch>.checkpoint`, as Kafka names
/// them. What has that name was synced before it got it.
///
/// Confined to the quorum's loop. Blocks.
final class SnapshotShelf {
    private static final String SUFFIX = ".checkpoint";
    private static final int OFFSET_DIGITS = 20;
    private static final int EPOCH_DIGITS = 10;

    private final Disk disk;
    private final String directory;
    private final TreeSet<OffsetAndEpoch> whole = new TreeSet<>();

    private SnapshotShelf(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// Looks what is there, and removes what a crash left unfinished.
    ///
    /// @throws CorruptFile if the newest is damaged
    static SnapshotShelf open(Disk disk, String directory) throws IOException {
        var shelf = new SnapshotShelf(disk, directory);
        for (String name : disk.list(directory)) {
            OffsetAndEpoch id = parse(name);
            if (id != null) {
                shelf.whole.add(id);
            } else if (name.endsWith(SyncedFile.PART)) {
                disk.delete(directory + '/' + name);
            }
        }
        if (shelf.newest() != null) {
            demandWhole(disk, shelf.path(shelf.newest()));
        }
        return shelf;
    }

    /// Looks at all batches: kafka-raft takes one that claims to be longer than the file for the
    /// end, and leaves out what follows.
    ///
    /// @throws CorruptFile if there is anything else
    private static void demandWhole(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            int size = Math.toIntExact(file.size());
            var cursor = new BatchCursor(file, 0, size, BatchCursor.LONG_READ);
            int end = 0;
            while (cursor.next() && cursor.readWhole()
                    && Batch.crcValid(cursor.buffer(), cursor.at())) {
                end = cursor.nextPosition();
            }
            if (end < size) {
                Marks.hit("snapshot of the metadata is damaged");
                throw new CorruptFile(path + " can't be read from position " + end + " on");
            }
        }
    }

    private static OffsetAndEpoch parse(String name) {
        if (name.length() != OFFSET_DIGITS + 1 + EPOCH_DIGITS + SUFFIX.length()
                || !name.endsWith(SUFFIX) || name.charAt(OFFSET_DIGITS) != '-') {
            return null;
        }
        try {
            return new OffsetAndEpoch(Long.parseLong(name.substring(0, OFFSET_DIGITS)),
                    Integer.parseInt(name.substring(OFFSET_DIGITS + 1,
                            OFFSET_DIGITS + 1 + EPOCH_DIGITS)));
        } catch (NumberFormatException another) {
            return null;
        }
    }

    /// The path of a whole snapshot.
    String path(OffsetAndEpoch id) {
        return directory + '/' + name(id);
    }

    private static String name(OffsetAndEpoch id) {
        return padded(id.offset(), OFFSET_DIGITS) + '-' + padded(id.epoch(), EPOCH_DIGITS) + SUFFIX;
    }

    private static String padded(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(digits - text.length()) + text;
    }

    /// The newest, or null.
    OffsetAndEpoch newest() {
        return whole.isEmpty() ? null : whole.last();
    }

    boolean has(OffsetAndEpoch id) {
        return whole.contains(id);
    }

    /// The one that ends at `offset`, or null.
    OffsetAndEpoch at(long offset) {
        for (OffsetAndEpoch id : whole) {
            if (id.offset() == offset) {
                return id;
            }
        }
        return null;
    }

    SnapshotReading read(OffsetAndEpoch id) throws IOException {
        check(has(id), "a snapshot that is read is there", id.offset());
        try (DiskFile file = disk.open(path(id))) {
            return new SnapshotReading(disk, path(id), id, file.size());
        }
    }

    SnapshotWriting write(OffsetAndEpoch id) throws IOException {
        check(!has(id), "a snapshot is written once", id.offset());
        disk.createDirectories(directory);
        return new SnapshotWriting(disk, this, id);
    }

    /// A `.part` is whole and synced: gives it its name, which no crash takes any more.
    void put(OffsetAndEpoch id) throws IOException {
        check(newest() == null || newest().compareTo(id) < 0, "snapshots follow each other",
                id.offset(), id.epoch());
        demandWhole(disk, path(id) + SyncedFile.PART);
        SyncedFile.publish(disk, directory, name(id));
        whole.add(id);
    }

    /// Deletes all that are older than the newest.
    void dropOlder() throws IOException {
        OffsetAndEpoch newest = newest();
        while (whole.size() > 1) {
            disk.delete(path(whole.pollFirst()));
        }
        check(whole.isEmpty() || newest.equals(newest()), "the newest snapshot stays");
    }
}
