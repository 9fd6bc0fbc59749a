package dev.tidemark.base;

/// Where `core` says what happened, in words for an operator: the shell prints or drops it.
///
/// A line is noun, verb, then `name=value` in glossary words:
/// `partition=orders-3 isr shrank from=(1,2,3) to=(1,2)`.
///
/// May be called from any loop; must not block.
public interface Trace {
    /// A fact of ordinary life, worth a line.
    void info(String line);

    /// Something that an operator should look at; the node goes on.
    void warn(String line);

    /// How much is printed of what is said, by whom.
    default LogLevels levels() {
        return LogLevels.NONE;
    }

    /// Says nothing: for tests that do not read traces.
    Trace SILENT = new Trace() {
        @Override
        public void info(String line) {
            // Dropped by intent.
        }

        @Override
        public void warn(String line) {
            // Dropped by intent.
        }
    };
}
