package dev.tidemark.base;

/// Where the rows of a response lie that Kafka's classes keep in hash tables, though nobody here
/// looks them up by name.
///
/// By name, many rows of one name, or of names that hash alike, would take minutes to put into
/// their places; by their bare numbers they would lie in one long row, and each growth of the
/// table, which takes them out one by one, would take the square of their count.
///
/// Stateless. Does no I/O.
public final class RowSpread {
    private RowSpread() {
    }

    /// The hash of the row of this number: another one for each, in no order.
    public static int of(int number) {
        int mixed = (number ^ (number >>> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >>> 16);
    }
}
