package dev.tidemark.base;

/// Checks of our own assumptions, always on.
///
/// A failed check is our bug, never a client's or the world's: it throws an
/// [InvariantViolation], which no code catches except to stop the process, because a state that
/// should be impossible must not be acknowledged. The number overloads exist so that a check on a
/// hot path allocates nothing while it holds.
///
/// Stateless. Does no I/O.
public final class Invariant {
    private Invariant() {
    }

    /// Holds `ok` to be true; `what` says, as a sentence, what is broken if it is not.
    public static void check(boolean ok, String what) {
        if (!ok) {
            throw new InvariantViolation(what);
        }
    }

    /// As [#check(boolean, String)], with the value that shows the break.
    public static void check(boolean ok, String what, long value) {
        if (!ok) {
            throw new InvariantViolation(what + ": " + value);
        }
    }

    /// As [#check(boolean, String)], with the two values that contradict each other.
    public static void check(boolean ok, String what, long left, long right) {
        if (!ok) {
            throw new InvariantViolation(what + ": " + left + ", " + right);
        }
    }
}
