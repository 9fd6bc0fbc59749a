package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import java.util.concurrent.atomic.AtomicLongArray;

/// Where the newest batches of an active segment begin and end, so that who reads at the end of
/// the log reads no file.
///
/// A boundary is an offset (relative to the segment) and the position at which the batch with that
/// base offset begins or will begin. Both are packed into one long, so that a reader never sees
/// half of one, and each is true for as long as the segment isn't truncated (which makes a new
/// object). It remembers as many as lie above the high watermark, within a limit.
///
/// One loop adds, any thread looks up. Does no I/O.
final class Boundaries {
    private static final int FIRST_SLOTS = 16;
    private static final int MAX_SLOTS = 1024;

    private volatile AtomicLongArray slots = new AtomicLongArray(FIRST_SLOTS);
    private volatile int added;

    /// Adds the newest boundary.
    ///
    /// @param needed relative offset from which on boundaries will be asked for: room is made
    ///     rather than forgetting one of these
    void add(int relativeOffset, int position, long needed) {
        check(relativeOffset >= 0 && position >= 0, "a boundary lies in its segment",
                relativeOffset, position);
        AtomicLongArray s = slots;
        int n = added;
        check(n == 0 || offsetOf(s.getPlain(n - 1 & (s.length() - 1))) < relativeOffset,
                "boundaries rise", relativeOffset);
        if (n >= s.length() && s.length() < MAX_SLOTS
                && offsetOf(s.get(n & (s.length() - 1))) >= needed) {
            s = grown(s, n);
            slots = s;
        }
        s.setRelease(n & (s.length() - 1), pack(relativeOffset, position));
        added = n + 1;
    }

    private static AtomicLongArray grown(AtomicLongArray old, int n) {
        AtomicLongArray bigger = new AtomicLongArray(old.length() * 2);
        for (int i = n - old.length(); i < n; i++) {
            bigger.setPlain(i & (bigger.length() - 1), old.getPlain(i & (old.length() - 1)));
        }
        return bigger;
    }

    /// The position of the boundary at that offset; -1 if it is not one, or is forgotten.
    int positionOf(int relativeOffset) {
        int found = find(relativeOffset);
        return found < 0 ? -1 : positionOf(slots, found, relativeOffset);
    }

    /// The position of the boundary after the one at that offset; -1 if either is not known.
    int positionAfter(int relativeOffset) {
        int found = find(relativeOffset);
        if (found < 0 || found + 1 >= added) {
            return -1;
        }
        AtomicLongArray s = slots;
        long next = s.getAcquire(found + 1 & (s.length() - 1));
        // Overwritten meanwhile, or the array grew: whoever asks then reads the file.
        return positionOf(s, found, relativeOffset) < 0 || offsetOf(next) <= relativeOffset
                ? -1 : (int) next;
    }

    private static int positionOf(AtomicLongArray s, int number, int relativeOffset) {
        long packed = s.getAcquire(number & (s.length() - 1));
        return offsetOf(packed) == relativeOffset ? (int) packed : -1;
    }

    private int find(int relativeOffset) {
        AtomicLongArray s = slots;
        int high = added;
        int low = Math.max(0, high - s.length());
        // While the owner overwrites the oldest, order may be broken there; then nothing is found.
        while (low < high) {
            int middle = (low + high) >>> 1;
            int offset = offsetOf(s.getAcquire(middle & (s.length() - 1)));
            if (offset == relativeOffset) {
                return middle;
            }
            if (offset < relativeOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return -1;
    }

    private static long pack(int relativeOffset, int position) {
        return (long) relativeOffset << 32 | position;
    }

    private static int offsetOf(long packed) {
        return (int) (packed >>> 32);
    }
}
