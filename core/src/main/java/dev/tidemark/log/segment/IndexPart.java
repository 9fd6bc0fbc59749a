package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import java.util.Arrays;

/// One generation of a [SparseIndex]: entries `[0, inFile)` in the file, the others in two arrays.
///
/// One loop adds at the end; any thread reads below the count. Entries never change: what is cut or
/// dropped makes another generation.
final class IndexPart {
    static final int FIRST_ENTRIES = 8;

    final int inFile;
    private final long[] keys;
    private final int[] values;
    private volatile int count;

    IndexPart(int inFile, int room) {
        this(inFile, new long[room], new int[room], inFile);
    }

    private IndexPart(int inFile, long[] keys, int[] values, int count) {
        check(count - inFile <= keys.length, "entries have room", count, keys.length);
        this.inFile = inFile;
        this.keys = keys;
        this.values = values;
        this.count = count;
    }

    /// How many entries there are, in the file and in memory.
    int count() {
        return count;
    }

    boolean isFull() {
        return count - inFile == keys.length;
    }

    /// Adds an entry, for which there is room.
    void add(long key, int value) {
        int at = count - inFile;
        keys[at] = key;
        values[at] = value;
        // Readers see the entry once they see the count.
        count = count + 1;
    }

    long key(int entry) {
        return keys[entry - inFile];
    }

    int value(int entry) {
        return values[entry - inFile];
    }

    /// True if memory alone tells what is [#around] the key.
    boolean covers(long key) {
        return count > inFile && keys[0] <= key;
    }

    /// The values of the last entry whose key is at most `key`, which must be [covered][#covers],
    /// and of the one behind it.
    ///
    /// @return see [Neighbours]
    long around(long key) {
        int entries = count - inFile;
        int found = Arrays.binarySearch(keys, 0, entries, key);
        if (found >= 0) {
            return Neighbours.of(values[found]);
        }
        int next = -found - 1;
        return next < entries ? Neighbours.of(values[next - 1], values[next])
                : Neighbours.of(values[next - 1]);
    }

    /// The same with more room.
    IndexPart grown() {
        int room = Math.max(FIRST_ENTRIES, keys.length * 2);
        return new IndexPart(inFile, Arrays.copyOf(keys, room), Arrays.copyOf(values, room),
                count);
    }

    /// The first entries of it.
    IndexPart shortened(int newCount) {
        if (newCount <= inFile) {
            return new IndexPart(newCount, 0);
        }
        // A copy: readers of the longer one may still look at what will be overwritten.
        return new IndexPart(inFile, keys.clone(), values.clone(), newCount);
    }

    /// The same with more of it in the file alone.
    IndexPart without(int newInFile) {
        int gone = newInFile - inFile;
        int kept = count - newInFile;
        int room = Math.max(FIRST_ENTRIES, kept);
        long[] newKeys = Arrays.copyOf(Arrays.copyOfRange(keys, gone, gone + kept), room);
        int[] newValues = Arrays.copyOf(Arrays.copyOfRange(values, gone, gone + kept), room);
        return new IndexPart(newInFile, newKeys, newValues, count);
    }
}
