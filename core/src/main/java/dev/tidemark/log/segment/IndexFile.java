package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The entries of a [SparseIndex] as they stand in its file: looked up page by page, without a
/// cache but the system's. An index that nobody asks opens no file.
///
/// Any thread looks up; one loop cuts.
final class IndexFile {
    private static final int VALUE_BYTES = 4;
    /// Entries that one read takes: a page or a little more.
    private static final int PAGE_ENTRIES = 512;

    private final Disk disk;
    private final String path;
    private final int keyBytes;
    private volatile DiskFile file;
    /// Where the last look-up ended. Any thread may overwrite it: it is only a guess.
    private int guess;

    /// @param keyBytes 4 or 8
    IndexFile(Disk disk, String path, int keyBytes) {
        this.disk = disk;
        this.path = path;
        this.keyBytes = keyBytes;
    }

    /// Bytes of one entry.
    int entryBytes() {
        return keyBytes + VALUE_BYTES;
    }

    /// The file, opened if need be, and made if it is not there.
    DiskFile open() throws IOException {
        DiskFile open = file;
        if (open == null) {
            open = disk.open(path);
            file = open;
        }
        return open;
    }

    boolean isOpen() {
        return file != null;
    }

    boolean exists() throws IOException {
        return disk.exists(path);
    }

    /// Gives up the handle. The file may be asked again.
    void close() {
        DiskFile open = file;
        if (open != null) {
            file = null;
            open.close();
        }
    }

    /// How many whole entries it holds.
    int entries() throws IOException {
        return (int) (open().size() / entryBytes());
    }

    /// Sees to it that it holds no more than so many.
    void cutTo(int entries) throws IOException {
        DiskFile open = open();
        long size = (long) entries * entryBytes();
        if (open.size() > size) {
            open.truncate(size);
        }
    }

    /// Writes these entries at their place.
    ///
    /// @param bytes the entries, from position to limit, made by [#put]
    void write(ByteBuffer bytes, int from) throws IOException {
        check(bytes.remaining() % entryBytes() == 0, "whole entries are written",
                bytes.remaining());
        open().write(new ByteBuffer[] {bytes}, 0, 1, (long) from * entryBytes());
    }

    void put(ByteBuffer target, long key, int value) {
        if (keyBytes == Long.BYTES) {
            target.putLong(key);
        } else {
            target.putInt((int) key);
        }
        target.putInt(value);
    }

    long keyAt(int entry) throws IOException {
        return keyIn(page(entry, entry + 1), 0);
    }

    int valueAt(int entry) throws IOException {
        return valueIn(page(entry, entry + 1), 0);
    }

    /// Finds the last of the first `end` entries whose key is at most `key`, and the one behind it.
    ///
    /// @return their values, see [Neighbours]
    long around(long key, int end) throws IOException {
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
        if (at < 0) {
            return Neighbours.NONE;
        }
        boolean hasNext = at + 1 < entries && keyIn(page, at) != key;
        return hasNext ? Neighbours.of(valueIn(page, at), valueIn(page, at + 1))
                : Neighbours.of(valueIn(page, at));
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

    /// How many of the first `end` entries rise, one after the other: behind them lies what never
    /// reached the disk.
    int validEntries(int end) throws IOException {
        int valid = 0;
        long key = -1;
        int value = -1;
        while (valid < end) {
            ByteBuffer page = page(valid, end);
            int entries = page.limit() / entryBytes();
            if (valid == 0 && keyIn(page, 0) == 0 && valueIn(page, 0) == 0) {
                // No entry is all zeros: a segment's first batch gets none by its position, nor by
                // its time before the second.
                return 0;
            }
            int at = 0;
            while (at < entries && keyIn(page, at) > key && valueIn(page, at) > value) {
                key = keyIn(page, at);
                value = valueIn(page, at++);
            }
            valid += at;
            if (at < entries) {
                return valid;
            }
        }
        return valid;
    }

    private ByteBuffer page(int from, int end) throws IOException {
        check(from >= 0 && from < end, "a page holds an entry", from, end);
        int entries = Math.min(PAGE_ENTRIES, end - from);
        ByteBuffer page = ByteBuffer.allocate(entries * entryBytes());
        read(page, from);
        return page;
    }

    private void read(ByteBuffer target, int entry) throws IOException {
        open().read(target, (long) entry * entryBytes());
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
}
