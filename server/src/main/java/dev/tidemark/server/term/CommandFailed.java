package dev.tidemark.server.term;

/// A command that could not do what it was asked: the message says why, and what to do.
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final int status;

    private CommandFailed(String message, int status) {
        super(message);
        this.status = status;
    }

    /// @param message for the user
    public CommandFailed(String message) {
        this(message, FAILED);
    }

    /// The command line, or the configuration, asks for what there is not: to try again is no use.
    ///
    /// @param message for the user
    public static CommandFailed misused(String message) {
        return new CommandFailed(message, MISUSED);
    }

    /// The process's exit code: 1 if it could not be done, 2 if it was asked wrongly.
    public int status() {
        return status;
    }
}
