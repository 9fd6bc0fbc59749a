package dev.tidemark.io.sim;

/// The simulated node has lost its power: whatever was running is over.
///
/// Thrown from inside the disk operation at which it happened and from every later one, so that
/// code under test unwinds as if it had ceased to exist. Nothing but a test's world catches it.
public final class PowerLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param where the operation that was under way
    public PowerLost(String where) {
        super(where);
    }
}
