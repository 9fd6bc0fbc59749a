package dev.tidemark.base;

import java.util.Collections;
import java.util.SortedMap;

/// How much each of the shell's loggers says, to be read and changed while the node runs.
///
/// Levels are words: `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`. May be called from any loop; must
/// not block.
public interface LogLevels {
    /// The logger that all others take their level from.
    String ROOT = "root";

    /// The level of every logger, its own or inherited, by the logger's name.
    SortedMap<String, String> all();

    /// Gives a logger of [#all] a level of its own.
    void set(String logger, String level);

    /// Takes a logger's own level away: it inherits again. Not for the root.
    void clear(String logger);

    /// No loggers: of a shell that has none.
    LogLevels NONE = new LogLevels() {
        @Override
        public SortedMap<String, String> all() {
            return Collections.emptySortedMap();
        }

        @Override
        public void set(String logger, String level) {
            throw new IllegalArgumentException(logger);
        }

        @Override
        public void clear(String logger) {
            throw new IllegalArgumentException(logger);
        }
    };
}
