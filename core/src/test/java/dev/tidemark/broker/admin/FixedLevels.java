package dev.tidemark.broker.admin;

import dev.tidemark.base.LogLevels;
import java.util.SortedMap;
import java.util.TreeMap;

/// Two loggers: the root, which says `INFO`, and `net`.
public final class FixedLevels implements LogLevels {
    private final SortedMap<String, String> own = new TreeMap<>();

    FixedLevels() {
        own.put(ROOT, "INFO");
    }

    @Override
    public SortedMap<String, String> all() {
        var all = new TreeMap<>(own);
        all.putIfAbsent("net", own.get(ROOT));
        return all;
    }

    @Override
    public void set(String logger, String level) {
        own.put(logger, level);
    }

    @Override
    public void clear(String logger) {
        own.remove(logger);
    }
}
