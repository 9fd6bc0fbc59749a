package dev.tidemark.replica;

/// Whoever wants to know that a partition's [Partition#view] shows more than before.
///
/// Called on the partition's loop after each advance of the high watermark and when the partition
/// goes; must return at once.
@FunctionalInterface
public interface Watcher {
    /// There may be more to read, or the partition is gone.
    void advanced();
}
