package dev.tidemark.base;

/// Something that a newer release wrote, or agreed on, and that this one does not understand: the
/// node says so and stops, rather than guess. No bug, and nothing to be caught but to stop.
public final class NewerFormat extends Error {
    private static final long serialVersionUID = 1L;

    /// @param what was met, and what this release understands, in one line for the operator
    public NewerFormat(String what) {
        super(what);
    }
}
