package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Entries `[from, end)` of one generation of a [SparseIndex], to be written to its file.
///
/// Immutable: another thread writes it while the loop goes on. Blocks.
final class IndexTail {
    private final SparseIndex index;
    private final IndexFile file;
    private final IndexPart part;
    private final int from;
    private final int end;
    private final boolean cut;

    /// @param part null if nothing is known of the index, and so nothing to be written
    /// @param cut true if the index was cut since its file was settled last
    IndexTail(SparseIndex index, IndexPart part, int from, int end, boolean cut) {
        check(from <= end, "a tail is a range", from, end);
        check(part == null || from >= part.inFile, "a tail is in memory", from);
        this.index = index;
        this.file = index.file();
        this.part = part;
        this.from = from;
        this.end = end;
        this.cut = cut;
    }

    int from() {
        return from;
    }

    int end() {
        return end;
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

    /// Writes it where it belongs, unless a truncation has overtaken it. What begins with the first
    /// entry makes the file, whose name is then to be synced.
    void write() throws IOException {
        if (isEmpty()) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate((end - from) * file.entryBytes());
        for (int i = from; i < end; i++) {
            file.put(bytes, part.key(i), part.value(i));
        }
        file.write(bytes.flip(), from);
        // Cut while this was written: what lies behind must not be found again.
        file.cutTo(index.count());
    }

    /// Sees to it that the file holds these entries and no more, and syncs it.
    void settle() throws IOException {
        if (end == 0 && !file.exists()) {
            return;
        }
        // More may have been left by a flush that a cut has overtaken.
        file.cutTo(end);
        file.open().sync();
    }
}
