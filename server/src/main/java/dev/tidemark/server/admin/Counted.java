package dev.tidemark.server.admin;

/// A number of things in words: `1 partition`, `2 partitions`.
///
/// Stateless.
final class Counted {
    private Counted() {
    }

    static String of(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
