package dev.tidemark.log.segment;

/// The values of two index entries, one behind the other, between which a look-up has ended:
/// packed into one long.
///
/// Stateless.
final class Neighbours {
    private static final int NOTHING = -1;
    /// The key lies before every entry.
    static final long NONE = of(NOTHING, NOTHING);

    private Neighbours() {
    }

    /// What is between two entries.
    static long of(int floor, int next) {
        return (long) floor << 32 | (next & 0xFFFF_FFFFL);
    }

    /// What is at an entry, or behind it with nothing known of the next.
    static long of(int floor) {
        return of(floor, NOTHING);
    }

    /// The value of the last entry whose key is at most that asked for; -1 if there is none.
    static int floor(long neighbours) {
        return (int) (neighbours >> 32);
    }

    /// The value of the entry behind the floor; -1 if there is none, if to know it would take a
    /// read, or if the floor's key is the very one asked for.
    static int next(long neighbours) {
        return (int) neighbours;
    }
}
