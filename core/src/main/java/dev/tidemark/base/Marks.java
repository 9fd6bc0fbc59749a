package dev.tidemark.base;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts how often rare branches were taken, by the name that the branch gives itself.
///
/// A mark sits where a test could easily miss the branch: one test claims each mark, and the
/// simulator reports those that were never hit. Counts are the process's own and only grow, so a
/// test compares before and after. Not for hot paths.
///
/// May be called from any thread. Does no I/O.
public final class Marks {
    private static final ConcurrentMap<String, LongAdder> COUNTS = new ConcurrentHashMap<>();

    private Marks() {
    }

    /// Counts one passage through the branch called `name`: a literal, never built from data.
    public static void hit(String name) {
        COUNTS.computeIfAbsent(name, absent -> new LongAdder()).increment();
    }

    /// How often the branch was taken since the process started.
    public static long count(String name) {
        LongAdder count = COUNTS.get(name);
        return count == null ? 0 : count.sum();
    }

    /// The names that were hit at least once, sorted.
    public static SortedSet<String> names() {
        return new TreeSet<>(COUNTS.keySet());
    }
}
