package dev.tidemark.base;

/// Our own bug, found by [Invariant]: an impossible state. The process halts on it.
public final class InvariantViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    /// @param what the broken assumption, with the values that show it
    public InvariantViolation(String what) {
        super(what);
    }
}
