package dev.tidemark.machine;

/// Whether this node may believe that no other has taken over what it leads.
///
/// A process that was stopped and goes on, or that is cut off, holds none: somebody else may lead
/// by now, and what it remembers is the past. Any loop may ask.
@FunctionalInterface
public interface Lease {
    /// That of a node that nobody can replace.
    Lease FOREVER = nowNs -> true;

    /// True if it may.
    ///
    /// @param nowNs monotonic time, read after the question came that is to be answered
    boolean holds(long nowNs);
}
