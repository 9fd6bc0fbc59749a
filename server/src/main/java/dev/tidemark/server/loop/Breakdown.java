package dev.tidemark.server.loop;

/// What is done about our own bug: an `Error` that reached a loop. And about what ends a node
/// although it is none: `NewerFormat`, [DiskFailed].
///
/// A process halts; an embedded node closes and says so. May be called from any thread, also
/// more than once.
@FunctionalInterface
public interface Breakdown {
    /// @param where the thread's name
    /// @param bug what was thrown
    void broken(String where, Throwable bug);
}
