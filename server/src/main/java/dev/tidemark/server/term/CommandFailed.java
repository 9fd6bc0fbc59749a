package dev.tidemark.server.term;

/// A command that could not do what it was asked: the message says why, and what to do.
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message for the user
    public CommandFailed(String message) {
        super(message);
    }
}
