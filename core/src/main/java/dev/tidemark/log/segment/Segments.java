package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The segments of a log in the order of their base offsets, the active one last.
///
/// Immutable: each change makes another, so that a `ReadView` keeps what it saw.
public final class Segments {
    public static final Segments NONE = new Segments(new Segment[0]);

    private final Segment[] all;

    private Segments(Segment[] all) {
        this.all = all;
        for (int i = 1; i < all.length; i++) {
            check(all[i - 1].baseOffset() < all[i].baseOffset(), "segments are in order",
                    all[i - 1].baseOffset(), all[i].baseOffset());
        }
    }

    /// How many there are.
    public int count() {
        return all.length;
    }

    /// True if there is none.
    public boolean isEmpty() {
        return all.length == 0;
    }

    /// The one at that place, from 0.
    public Segment get(int index) {
        return all[index];
    }

    /// The segment that is appended to.
    public Segment active() {
        check(all.length > 0, "an empty log has no active segment");
        return all[all.length - 1];
    }

    /// The segment that holds `offset`, or would: the last whose base is not above it.
    ///
    /// @return -1 if all are above
    public int floor(long offset) {
        check(offset >= 0, "an offset is not negative", offset);
        int low = -1;
        int high = all.length;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (all[middle].baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The same with one more at the end.
    public Segments with(Segment next) {
        Segment[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = next;
        return new Segments(more);
    }

    /// Those from `from` up to `end`.
    public Segments range(int from, int end) {
        check(from <= end && end <= all.length, "segments are a range", from, end);
        return from == end ? NONE : new Segments(Arrays.copyOfRange(all, from, end));
    }

    /// The same with `replacement` in the place of those in `[from, end)`.
    public Segments replacing(int from, int end, Segment... replacement) {
        check(from < end && end < all.length, "only sealed segments are replaced", from, end);
        Segment[] other = new Segment[all.length - (end - from) + replacement.length];
        System.arraycopy(all, 0, other, 0, from);
        System.arraycopy(replacement, 0, other, from, replacement.length);
        System.arraycopy(all, end, other, from + replacement.length, all.length - end);
        return new Segments(other);
    }

    /// True if these very segments stand side by side from `from` on, before the active one.
    public boolean holds(int from, List<Segment> run) {
        check(from >= 0 && !run.isEmpty(), "a run of segments has a place", from);
        if (from + run.size() >= all.length) {
            return false;
        }
        for (int i = 0; i < run.size(); i++) {
            if (all[from + i] != run.get(i)) {
                return false;
            }
        }
        return true;
    }

    /// Bytes of all batches.
    public long sizeInBytes() throws IOException {
        long bytes = 0;
        for (Segment segment : all) {
            bytes += segment.size();
        }
        return bytes;
    }

    /// Gives up all handles.
    public void close() {
        for (Segment segment : all) {
            segment.close();
        }
    }
}
