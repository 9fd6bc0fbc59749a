package dev.tidemark.base;

/// The two times a node knows, as a door that the simulator can lie through.
///
/// `nanos` only ever rises and has no meaning outside the process: durations, timers and leases
/// use it. `millis` is the calendar (milliseconds since 1970 UTC) and may jump either way: records
/// and retention use it.
///
/// May be called from any thread. Does no I/O.
public interface Clock {
    /// The monotonic time, in nanoseconds since an arbitrary start.
    long nanos();

    /// The calendar time, in milliseconds since 1970-01-01T00:00Z.
    long millis();
}
