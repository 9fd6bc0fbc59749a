package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import java.io.IOException;

/// A file of entries (key, value) that rise in both, whose newest part is in memory.
///
/// Two files of a segment have this shape: `.index` maps a batch's last offset (4 bytes, relative
/// to the segment) to the batch's position, `.timeindex` the highest timestamp so far (8 bytes) to
/// that batch's last offset (4 bytes, relative). Entries are numbered from 0; those in
/// `[0, inFile)` are looked up in the [IndexFile], the others in an [IndexPart].
///
/// One loop adds and cuts; any thread looks up, beside it. [#add] does no I/O.
final class SparseIndex {
    /// Written entries are dropped from memory when they are as many as this.
    private static final int MEMORY_ENTRIES = 1024;

    private final IndexFile file;
    /// Null as long as nobody has asked what the file holds.
    private volatile IndexPart part;
    /// Entries that the file holds as far as this index has written it. The loop's own.
    private int written;
    /// Entries were dropped since a flush has last settled the file: behind those that are
    /// written may lie, or come back, what a flush of before the cut has written. The loop's own.
    private boolean cut;
    private long lastKey = -1;
    private int lastValue = -1;

    private SparseIndex(IndexFile file, IndexPart part) {
        this.file = file;
        this.part = part;
    }

    /// The index of a segment that is new: no file yet.
    static SparseIndex create(Disk disk, String path, int keyBytes) {
        return new SparseIndex(new IndexFile(disk, path, keyBytes),
                new IndexPart(0, IndexPart.FIRST_ENTRIES));
    }

    /// The index of a segment from before: what the file holds is found out when it is needed.
    static SparseIndex existing(Disk disk, String path, int keyBytes) {
        return new SparseIndex(new IndexFile(disk, path, keyBytes), null);
    }

    IndexFile file() {
        return file;
    }

    /// How many entries there are.
    int count() throws IOException {
        return part().count();
    }

    /// The last entry's key; -1 if there is none. Known after [#load] or [#add].
    long lastKey() {
        return lastKey;
    }

    /// The last entry's value; -1 if there is none.
    int lastValue() {
        return lastValue;
    }

    /// Bytes that it has, or will have, on disk.
    long sizeInBytes() throws IOException {
        return (long) count() * file.entryBytes();
    }

    /// Gets an index from before ready to be added to: reads the last entry.
    void load() throws IOException {
        written = part().inFile;
        remember();
    }

    /// After a crash, keeps the entries up to the first that doesn't rise. Ready to be added to
    /// afterwards.
    void loadValid() throws IOException {
        IndexPart p = part();
        long size = !file.isOpen() && p.inFile == 0 ? 0 : file.open().size();
        int valid = file.validEntries(p.inFile);
        written = p.inFile;
        if (size != (long) valid * file.entryBytes()) {
            cutTo(valid);
        }
        remember();
    }

    private void remember() throws IOException {
        lastKey = readLastKey();
        lastValue = readLastValue();
    }

    /// The last entry's key as any thread may ask for it; -1 if there is none.
    long readLastKey() throws IOException {
        IndexPart p = part();
        int count = p.count();
        return count == 0 ? -1 : keyAt(p, count - 1);
    }

    /// The last entry's value as any thread may ask for it; -1 if there is none.
    int readLastValue() throws IOException {
        IndexPart p = part();
        int count = p.count();
        return count == 0 ? -1 : valueAt(p, count - 1);
    }

    private long keyAt(IndexPart p, int entry) throws IOException {
        return entry >= p.inFile ? p.key(entry) : file.keyAt(entry);
    }

    private int valueAt(IndexPart p, int entry) throws IOException {
        return entry >= p.inFile ? p.value(entry) : file.valueAt(entry);
    }

    /// Adds an entry at the end; both numbers are above the last entry's.
    void add(long key, int value) {
        check(key > lastKey, "index keys rise", lastKey, key);
        check(value > lastValue, "index values rise", lastValue, value);
        IndexPart p = part;
        check(p != null, "an index is loaded before it grows");
        if (p.isFull()) {
            p = p.grown();
            part = p;
        }
        p.add(key, value);
        lastKey = key;
        lastValue = value;
    }

    /// Finds the last entry whose key is at most `key`. Any thread.
    ///
    /// @return its value; -1 if there is none
    int floorValue(long key) throws IOException {
        return Neighbours.floor(around(key));
    }

    /// Finds the last entry whose key is at most `key`, and the one behind it. Any thread.
    ///
    /// @return their values, see [Neighbours]
    long around(long key) throws IOException {
        IndexPart p = part();
        if (p.covers(key)) {
            return p.around(key);
        }
        return p.inFile == 0 ? Neighbours.NONE : file.around(key, p.inFile);
    }

    /// True if [#floorValue] of the key needs no file. Any thread.
    boolean isInMemory(long key) {
        IndexPart p = part;
        return p != null && (p.inFile == 0 || p.covers(key));
    }

    /// Drops the entries from the first on whose key is at least `keyEnd` or whose value is at
    /// least `valueEnd`.
    void cut(long keyEnd, int valueEnd) throws IOException {
        IndexPart p = part();
        int low = -1;
        int high = p.count();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (keyAt(p, middle) < keyEnd && valueAt(p, middle) < valueEnd) {
                low = middle;
            } else {
                high = middle;
            }
        }
        cutTo(high);
    }

    private void cutTo(int count) throws IOException {
        IndexPart p = part();
        check(count <= p.count(), "an index is cut shorter", p.count(), count);
        check(count >= 0, "an index has no negative length", count);
        if (count < p.count()) {
            part = p.shortened(count);
        }
        boolean inMemoryOnly = written == 0 && !file.isOpen();
        if (count < written || !inMemoryOnly) {
            file.cutTo(count);
        }
        cut = true;
        written = Math.min(written, count);
        check(part.count() == count, "a cut index holds what is left", part.count(), count);
        remember();
    }

    /// What has not been written yet, to be written by another thread while this loop goes on.
    IndexTail tail() {
        IndexPart p = part;
        var tail = new IndexTail(this, p, written, p == null ? written : p.count(), cut);
        cut = false;
        return tail;
    }

    /// Takes note that the tail is in the file.
    void filed(IndexTail tail) {
        IndexPart p = part;
        if (p == null || tail.end() > p.count()) {
            return;
        }
        check(tail.from() <= written, "an index is written without a hole", tail.from(), written);
        written = Math.max(written, tail.end());
        if (written - p.inFile >= MEMORY_ENTRIES) {
            part = p.without(written);
        }
    }

    /// Writes and syncs all entries, with no one beside; makes the file even if there are none.
    void writeAll() throws IOException {
        file.open();
        IndexTail all = tail();
        all.write();
        filed(all);
        file.open().sync();
    }

    /// Opens the file, if any look-up may need it.
    void pin() throws IOException {
        if (part().inFile > 0) {
            file.open();
        }
    }

    /// Gives up the file's handle. The index may be asked again.
    void close() {
        file.close();
    }

    private IndexPart part() throws IOException {
        IndexPart p = part;
        if (p == null) {
            p = new IndexPart(file.entries(), 0);
            // Several threads may find out the same at once.
            part = p;
        }
        return p;
    }
}
