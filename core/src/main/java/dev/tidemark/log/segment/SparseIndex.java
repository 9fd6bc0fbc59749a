package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A file of entries (key, value) that rise in both, whose newest part is in memory.
///
/// Two files of a segment have this shape: `.index` maps a batch's last offset (4 bytes, relative
/// to the segment) to the batch's position, `.timeindex` the highest timestamp so far (8 bytes) to
/// that batch's last offset (4 bytes, relative). Entries are numbered from 0; those in
/// `[0, inFile)` are looked up in the file, page by page and without a cache but the system's; the
/// others are in two arrays. An index that nobody asks opens no file.
///
/// One loop adds and cuts; any thread looks up, beside it. The arrays are replaced, never changed,
/// below the volatile count. [#add] does no I/O.
final class SparseIndex {
    private static final int VALUE_BYTES = 4;
    /// Entries that one read takes from the file: a page or a little more.
    private static final int PAGE_ENTRIES = 512;
    /// Written entries are dropped from memory when they are as many as this.
    private static final int MEMORY_ENTRIES = 1024;
    private static final int FIRST_ENTRIES = 8;

    private final Disk disk;
    private final String path;
    private final int keyBytes;
    private volatile Part part;
    private volatile DiskFile file;
    /// Where the last look-up in the file ended. Any thread may overwrite it: it is only a guess.
    private int guess;
    /// Entries that the file holds as far as this index has written it. The loop's own.
    private int written;
    /// Entries were dropped since a flush has last settled the file: behind those that are
    /// written may lie, or come back, what a flush of before the cut has written. The loop's own.
    private boolean cut;
    private long lastKey = -1;
    private int lastValue = -1;

    private SparseIndex(Disk disk, String path, int keyBytes, Part part) {
        this.disk = disk;
        this.path = path;
        this.keyBytes = keyBytes;
        this.part = part;
    }

    /// The index of a segment that is new: no file yet.
    static SparseIndex create(Disk disk, String path, int keyBytes) {
        return new SparseIndex(disk, path, keyBytes, new Part(0, FIRST_ENTRIES));
    }

    /// The index of a segment from before: what the file holds is found out when it is needed.
    static SparseIndex existing(Disk disk, String path, int keyBytes) {
        return new SparseIndex(disk, path, keyBytes, null);
    }

    /// How many entries there are.
    int count() throws IOException {
        return part().count;
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
        return (long) count() * entryBytes();
    }

    /// Gets an index from before ready to be added to: reads the last entry.
    void load() throws IOException {
        Part p = part();
        written = p.inFile;
        remember();
    }

    /// The last entry's key as any thread may ask for it; -1 if there is none.
    long readLastKey() throws IOException {
        Part p = part();
        return p.count == 0 ? -1 : keyAt(p, p.count - 1);
    }

    /// The last entry's value as any thread may ask for it; -1 if there is none.
    int readLastValue() throws IOException {
        Part p = part();
        return p.count == 0 ? -1 : valueAt(p, p.count - 1);
    }

    /// Adds an entry at the end; both numbers are above the last entry's.
    void add(long key, int value) {
        check(key > lastKey, "index keys rise", lastKey, key);
        check(value > lastValue, "index values rise", lastValue, value);
        Part p = part;
        check(p != null, "an index is loaded before it grows");
        int at = p.count - p.inFile;
        if (at == p.keys.length) {
            p = p.grown();
            part = p;
        }
        p.keys[at] = key;
        p.values[at] = value;
        // Readers see the entry once they see the count.
        p.count = p.count + 1;
        lastKey = key;
        lastValue = value;
    }

    /// Finds the last entry whose key is at most `key`. Any thread.
    ///
    /// @return its value; -1 if there is none
    int floorValue(long key) throws IOException {
        Part p = part();
        int count = p.count;
        int inMemory = count - p.inFile;
        if (inMemory > 0 && p.keys[0] <= key) {
            int found = Arrays.binarySearch(p.keys, 0, inMemory, key);
            return p.values[found >= 0 ? found : -found - 2];
        }
        return p.inFile == 0 ? -1 : floorInFile(key, p.inFile);
    }

    /// True if [#floorValue] of the key needs no file. Any thread.
    boolean isInMemory(long key) {
        Part p = part;
        return p != null && (p.inFile == 0 || (p.count > p.inFile && p.keys[0] <= key));
    }

    private int floorInFile(long key, int end) throws IOException {
        int hint = Math.min(guess, end - 1);
        ByteBuffer page = page(hint, end);
        int entries = page.limit() / entryBytes();
        boolean below = keyIn(page, 0) > key;
        boolean above = hint + entries < end && keyIn(page, entries - 1) <= key;
        if (below || above) {
            int from = pageOf(key, below ? 0 : hint + entries - 1, below ? hint : end);
            page = page(from, end);
            entries = page.limit() / entryBytes();
            guess = from;
        }
        int at = floorInPage(page, entries, key);
        return at < 0 ? -1 : valueIn(page, at);
    }

    /// Narrows `[from, end)` to one page that holds the answer at or behind its first entry.
    private int pageOf(long key, int from, int end) throws IOException {
        int low = from;
        int high = end;
        ByteBuffer one = ByteBuffer.allocate(entryBytes());
        while (high - low > PAGE_ENTRIES) {
            int middle = (low + high) >>> 1;
            read(one.clear(), middle);
            if (keyIn(one, 0) <= key) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int floorInPage(ByteBuffer page, int entries, long key) {
        int low = -1;
        int high = entries;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (keyIn(page, middle) <= key) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Drops the entries from the first on whose key is at least `keyEnd` or whose value is at
    /// least `valueEnd`.
    void cut(long keyEnd, int valueEnd) throws IOException {
        Part p = part();
        int low = -1;
        int high = p.count;
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
        Part p = part();
        check(count <= p.count, "an index is cut shorter", p.count, count);
        check(count >= 0, "an index has no negative length", count);
        if (count < p.count) {
            part = p.shortened(count);
        }
        if (count < written || !inMemoryOnly()) {
            cutFile((long) count * entryBytes());
        }
        cut = true;
        written = Math.min(written, count);
        check(part.count == count, "a cut index holds what is left", part.count, count);
        remember();
    }

    private void cutFile(long size) throws IOException {
        DiskFile open = file();
        if (open.size() > size) {
            open.truncate(size);
        }
    }

    private boolean inMemoryOnly() {
        return written == 0 && file == null;
    }

    /// After a crash, keeps the entries up to the first that doesn't rise: behind it lies what
    /// never reached the disk. Ready to be added to afterwards.
    void loadValid() throws IOException {
        Part p = part();
        long size = file == null && p.inFile == 0 ? 0 : file().size();
        int valid = 0;
        long key = -1;
        int value = -1;
        while (valid < p.inFile) {
            ByteBuffer page = page(valid, p.inFile);
            int entries = page.limit() / entryBytes();
            // No entry is all zeros: a segment's first batch gets none by its position, nor by its
            // time before the second.
            int at = valid == 0 && keyIn(page, 0) == 0 && valueIn(page, 0) == 0 ? entries : 0;
            if (at == entries) {
                break;
            }
            while (at < entries && keyIn(page, at) > key && valueIn(page, at) > value) {
                key = keyIn(page, at);
                value = valueIn(page, at++);
            }
            valid += at;
            if (at < entries) {
                break;
            }
        }
        written = p.inFile;
        if (size != (long) valid * entryBytes()) {
            cutTo(valid);
        }
        remember();
    }

    private void remember() throws IOException {
        lastKey = readLastKey();
        lastValue = readLastValue();
    }

    /// What has not been written yet, to be written by another thread while this loop goes on.
    Tail tail() {
        Part p = part;
        Tail tail = new Tail(this, p, written, p == null ? written : p.count, cut);
        cut = false;
        return tail;
    }

    /// Writes and syncs all entries, with no one beside; makes the file even if there are none.
    void writeAll() throws IOException {
        file();
        Tail all = tail();
        all.write();
        filed(all);
        file().sync();
    }

    /// Opens the file, if any look-up may need it.
    void pin() throws IOException {
        if (part().inFile > 0) {
            file();
        }
    }

    /// Takes note that the tail is in the file.
    void filed(Tail tail) {
        Part p = part;
        if (p == null || tail.end > p.count) {
            return;
        }
        check(tail.from <= written, "an index is written without a hole", tail.from, written);
        written = Math.max(written, tail.end);
        if (written - p.inFile >= MEMORY_ENTRIES) {
            part = p.without(written);
        }
    }

    /// Gives up the file's handle. The index may be asked again.
    void close() {
        DiskFile open = file;
        if (open != null) {
            file = null;
            open.close();
        }
    }

    private Part part() throws IOException {
        Part p = part;
        if (p == null) {
            p = new Part((int) (file().size() / entryBytes()), 0);
            // Several threads may find out the same at once.
            part = p;
        }
        return p;
    }

    private DiskFile file() throws IOException {
        DiskFile open = file;
        if (open == null) {
            open = disk.open(path);
            file = open;
        }
        return open;
    }

    private int entryBytes() {
        return keyBytes + VALUE_BYTES;
    }

    private long keyAt(Part p, int entry) throws IOException {
        if (entry >= p.inFile) {
            return p.keys[entry - p.inFile];
        }
        return keyIn(page(entry, entry + 1), 0);
    }

    private int valueAt(Part p, int entry) throws IOException {
        if (entry >= p.inFile) {
            return p.values[entry - p.inFile];
        }
        return valueIn(page(entry, entry + 1), 0);
    }

    private ByteBuffer page(int from, int end) throws IOException {
        check(from >= 0 && from < end, "a page holds an entry", from, end);
        int entries = Math.min(PAGE_ENTRIES, end - from);
        ByteBuffer page = ByteBuffer.allocate(entries * entryBytes());
        read(page, from);
        return page;
    }

    private void read(ByteBuffer target, int entry) throws IOException {
        file().read(target, (long) entry * entryBytes());
        if (target.hasRemaining()) {
            throw new CorruptFile("index ends early: " + path);
        }
        target.flip();
    }

    private long keyIn(ByteBuffer page, int entry) {
        int at = entry * entryBytes();
        return keyBytes == Long.BYTES ? page.getLong(at) : page.getInt(at);
    }

    private int valueIn(ByteBuffer page, int entry) {
        return page.getInt(entry * entryBytes() + keyBytes);
    }

    /// One generation of the index: entries `[0, inFile)` in the file, the others in the arrays.
    private static final class Part {
        private final int inFile;
        private final long[] keys;
        private final int[] values;
        private volatile int count;

        Part(int inFile, int room) {
            this(inFile, new long[room], new int[room], inFile);
        }

        private Part(int inFile, long[] keys, int[] values, int count) {
            check(count - inFile <= keys.length, "entries have room", count, keys.length);
            this.inFile = inFile;
            this.keys = keys;
            this.values = values;
            this.count = count;
        }

        Part grown() {
            int room = Math.max(FIRST_ENTRIES, keys.length * 2);
            return new Part(inFile, Arrays.copyOf(keys, room), Arrays.copyOf(values, room), count);
        }

        Part shortened(int newCount) {
            if (newCount <= inFile) {
                return new Part(newCount, 0);
            }
            // A copy: readers of the longer one may still look at what will be overwritten.
            return new Part(inFile, keys.clone(), values.clone(), newCount);
        }

        Part without(int newInFile) {
            int gone = newInFile - inFile;
            int kept = count - newInFile;
            int room = Math.max(FIRST_ENTRIES, kept);
            long[] newKeys = Arrays.copyOf(Arrays.copyOfRange(keys, gone, gone + kept), room);
            int[] newValues = Arrays.copyOf(Arrays.copyOfRange(values, gone, gone + kept), room);
            return new Part(newInFile, newKeys, newValues, count);
        }
    }

    /// Entries `[from, end)` of one generation: immutable, so that another thread may write them.
    static final class Tail {
        private final SparseIndex index;
        private final Part part;
        private final int from;
        private final int end;
        private final boolean cut;

        private Tail(SparseIndex index, Part part, int from, int end, boolean cut) {
            check(from <= end, "a tail is a range", from, end);
            check(part == null || from >= part.inFile, "a tail is in memory", from);
            this.index = index;
            this.part = part;
            this.from = from;
            this.end = end;
            this.cut = cut;
        }

        /// True if the file must be settled before anybody trusts what it says of this range.
        boolean followsCut() {
            return cut;
        }

        /// True if writing it makes the file.
        boolean makesFile() {
            return from == 0 && !isEmpty();
        }

        /// True if there is nothing to write.
        boolean isEmpty() {
            return from == end;
        }

        /// Writes it where it belongs, unless a truncation has overtaken it. What begins with the
        /// first entry makes the file, whose name is then to be synced.
        void write() throws IOException {
            if (isEmpty()) {
                return;
            }
            int entryBytes = index.entryBytes();
            ByteBuffer bytes = ByteBuffer.allocate((end - from) * entryBytes);
            for (int i = from; i < end; i++) {
                long key = part.keys[i - part.inFile];
                if (index.keyBytes == Long.BYTES) {
                    bytes.putLong(key);
                } else {
                    bytes.putInt((int) key);
                }
                bytes.putInt(part.values[i - part.inFile]);
            }
            DiskFile file = index.file();
            file.write(new ByteBuffer[] {bytes.flip()}, 0, 1, (long) from * entryBytes);
            long valid = (long) index.count() * entryBytes;
            if (file.size() > valid) {
                // Cut while this was written: what lies behind must not be found again.
                file.truncate(valid);
            }
        }

        /// Sees to it that the file holds these entries and no more, and syncs it.
        void settle() throws IOException {
            if (end == 0 && !index.disk.exists(index.path)) {
                return;
            }
            DiskFile file = index.file();
            long valid = (long) end * index.entryBytes();
            if (file.size() > valid) {
                // Left by a flush that a cut has overtaken.
                file.truncate(valid);
            }
            file.sync();
        }
    }
}
