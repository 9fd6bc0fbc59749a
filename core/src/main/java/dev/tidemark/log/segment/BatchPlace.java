package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

/// Where a batch lies in its segment: its position and, if the look-up has come by it, its size,
/// packed into one long.
///
/// Stateless.
public final class BatchPlace {
    private BatchPlace() {
    }

    /// @param size bytes of the batch; 0 if it is not known
    static long of(int position, int size) {
        check(position >= 0 && size >= 0, "a batch lies in its segment", position, size);
        return (long) size << 32 | position;
    }

    /// Where the batch begins.
    public static int position(long place) {
        return (int) place;
    }

    /// Its bytes; 0 if they are not known.
    public static int size(long place) {
        return (int) (place >>> 32);
    }
}
