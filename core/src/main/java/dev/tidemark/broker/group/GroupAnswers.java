package dev.tidemark.broker.group;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Collects the answers to the parts of one request, in the order of the parts, whatever the order
/// in which they come.
///
/// Confined to the request's loop. Does no I/O.
final class GroupAnswers<T> {
    private final List<T> parts;
    private final Consumer<List<T>> whole;
    private int missing;

    /// @param count how many parts there are; with none, `whole` runs at once
    GroupAnswers(int count, Consumer<List<T>> whole) {
        this.parts = new ArrayList<>(count);
        this.whole = whole;
        missing = count;
        for (int i = 0; i < count; i++) {
            parts.add(null);
        }
        if (count == 0) {
            whole.accept(parts);
        }
    }

    /// One part is there.
    void put(int index, T part) {
        parts.set(index, part);
        missing--;
        if (missing == 0) {
            whole.accept(parts);
        }
    }
}
