package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// A log's directory: what lies in it, whose it is, and which of its names are not yet synced.
///
/// It comes into being with the first append. `partition.metadata` holds the topic's id in Kafka's
/// text form, so that a directory of a topic that was deleted is not taken for one of its name.
///
/// Confined to the log's loop. Blocks.
public final class LogFiles {
    private static final int MAX_METADATA_BYTES = 1024;
    private static final String ID_KEY = "topic_id: ";

    private final Disk disk;
    private final String directory;
    private final Uuid topicId;
    /// As of the opening, sorted; null afterwards.
    private List<String> names;
    private boolean present;
    /// The directory is there, and neither its name nor its metadata is synced.
    private boolean madeNow;
    private boolean hasMetadata;
    private boolean namesUnsynced;
    /// How many segments were replaced by cleaned ones.
    private long replaced;
    /// The directory was renamed away; its files may be deleted at any time. Any thread may ask.
    private volatile boolean gone;

    public LogFiles(Disk disk, String directory, Uuid topicId) throws IOException {
        check(!directory.isEmpty(), "a log has a directory of its own");
        this.disk = disk;
        this.directory = directory;
        this.topicId = topicId;
        this.present = disk.exists(directory);
        this.names = present ? disk.list(directory) : List.of();
        this.hasMetadata = has(SegmentNames.METADATA);
    }

    /// Where the directory is.
    public Disk disk() {
        return disk;
    }

    /// The directory's path on the disk.
    public String directory() {
        return directory;
    }

    /// The topic's id.
    public Uuid topicId() {
        return topicId;
    }

    /// What lay in the directory when it was opened.
    public List<String> names() {
        check(names != null, "names are known while a log is opened");
        return names;
    }

    /// Looks again, after names have changed during the opening.
    public void relist() throws IOException {
        names = disk.list(directory);
    }

    /// The opening is over.
    public void forgetNames() {
        names = null;
    }

    /// True if the file lay there when the log was opened.
    public boolean has(long offset, String kind) {
        String path = SegmentNames.path("", offset, kind);
        return has(path.substring(1));
    }

    /// True if a file of that name lay there when the log was opened.
    public boolean has(String name) {
        return Collections.binarySearch(names(), name) >= 0;
    }

    /// The path of a file in it.
    public String path(String name) {
        return directory + '/' + name;
    }

    /// Compares the topic id on disk with the one the log was opened for.
    ///
    /// @throws IOException if it is another topic's directory
    public void checkOwner() throws IOException {
        if (!present || topicId.equals(Uuid.ZERO_UUID)
                || !has(SegmentNames.METADATA)) {
            return;
        }
        Uuid found = readTopicId(disk, directory);
        if (found != null && !found.equals(topicId)) {
            throw new IOException("directory " + directory + " holds topic id " + found
                    + ", not " + topicId);
        }
    }

    /// The topic id that a log directory's `partition.metadata` names.
    ///
    /// @return null if the file is missing or unreadable
    public static Uuid readTopicId(Disk disk, String directory) throws IOException {
        String path = directory + '/' + SegmentNames.METADATA;
        if (!disk.exists(path)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(MAX_METADATA_BYTES);
        try (DiskFile file = disk.open(path)) {
            file.read(bytes, 0);
        }
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        int at = text.indexOf(ID_KEY);
        if (at < 0) {
            return null;
        }
        try {
            return Uuid.fromString(text.substring(at + ID_KEY.length()).strip());
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    /// Makes the directory, if it isn't there, and says whose it is.
    public void makePresent() throws IOException {
        if (present) {
            return;
        }
        disk.createDirectories(directory);
        if (!topicId.equals(Uuid.ZERO_UUID)) {
            String text = "version: 0\n" + ID_KEY + topicId + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            try (DiskFile file = disk.open(path(SegmentNames.METADATA))) {
                file.write(new ByteBuffer[] {bytes}, 0, 1, 0);
            }
        }
        present = true;
        hasMetadata = !topicId.equals(Uuid.ZERO_UUID);
        madeNow = true;
        namesUnsynced = true;
    }

    /// A name was made, changed or taken away that a crash must not undo for ever.
    public void namesChanged() {
        namesUnsynced = true;
    }

    /// What lies there was left by a process that came to no clean end: it may have synced no name.
    public void doubtNames() {
        namesUnsynced = present;
        madeNow = present;
    }

    /// What is to be synced so that all names made so far survive; counted as done.
    ///
    /// @return null if there is nothing
    public NameSync takeNameSync() {
        if (!namesUnsynced) {
            return null;
        }
        var sync = new NameSync(disk, directory, madeNow && hasMetadata, madeNow);
        check(present, "names are synced in a directory that is there");
        namesUnsynced = false;
        madeNow = false;
        return sync;
    }

    /// Syncs what [#takeNameSync] would give away.
    public void syncNames() throws IOException {
        NameSync sync = takeNameSync();
        if (sync != null) {
            sync.run();
        }
    }

    /// Gives a file another name that ends in `.deleted`, if the file is there.
    public void retire(String path, List<String> retired) throws IOException {
        if (disk.exists(path)) {
            disk.rename(path, path + SegmentNames.DELETED);
            retired.add(path + SegmentNames.DELETED);
            namesUnsynced = true;
        }
    }

    /// Retires all files of a segment.
    public void retireSegment(long baseOffset, List<String> retired) throws IOException {
        check(present, "a segment lies in a directory", baseOffset);
        retire(SegmentNames.path(directory, baseOffset, SegmentNames.LOG), retired);
        for (String kind : SegmentNames.INDEX_KINDS) {
            retire(SegmentNames.path(directory, baseOffset, kind), retired);
        }
        retire(SegmentNames.path(directory, baseOffset, SegmentNames.ABORTED), retired);
    }

    /// Retires all files of a segment that a cleaned one replaces. Each time under other names:
    /// readers may still be at what an earlier cleaning has replaced.
    public void retireReplaced(long baseOffset, List<String> retired) throws IOException {
        check(present, "a segment lies in a directory", baseOffset);
        replaced++;
        for (String kind : List.of(SegmentNames.LOG, SegmentNames.OFFSETS, SegmentNames.TIMES,
                SegmentNames.ABORTED)) {
            String path = SegmentNames.path(directory, baseOffset, kind);
            if (disk.exists(path)) {
                String gone = path + '.' + replaced + SegmentNames.DELETED;
                disk.rename(path, gone);
                retired.add(gone);
                namesUnsynced = true;
            }
        }
    }

    /// Deletes what an earlier process was about to delete.
    public void clearRetired() throws IOException {
        List<String> kept = new ArrayList<>();
        for (String name : names()) {
            if (name.endsWith(SegmentNames.DELETED) || name.endsWith(SegmentNames.CLEANED)
                    || isOrphan(name)) {
                disk.delete(path(name));
                namesUnsynced = true;
            } else {
                kept.add(name);
            }
        }
        names = kept;
    }

    /// True once the directory was renamed away. Any thread.
    public boolean isGone() {
        return gone;
    }

    /// True for an index of no segment: a crash took the segment's name and left the index's.
    private boolean isOrphan(String name) {
        for (String kind : SegmentNames.INDEX_KINDS) {
            long offset = SegmentNames.offsetOf(name, kind);
            if (offset >= 0) {
                return !has(offset, SegmentNames.LOG);
            }
        }
        return false;
    }

    /// Renames the directory itself, so that its name is free.
    public RemovedFiles retireAll() throws IOException {
        if (!present) {
            return new RemovedFiles(disk, List.of());
        }
        gone = true;
        String newName = SegmentNames.deletedDirectory(directory, topicId);
        disk.delete(newName);
        disk.rename(directory, newName);
        disk.syncDirectory(NameSync.parentOf(directory));
        present = false;
        return new RemovedFiles(disk, List.of(newName));
    }
}
