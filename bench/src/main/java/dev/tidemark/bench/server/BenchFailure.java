package dev.tidemark.bench.server;

/// Why a measurement can't go on, told so that the reader knows what to do.
public final class BenchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what failed and what to look at
    public BenchFailure(String message) {
        super(message);
    }

    /// @param message what failed and what to look at
    /// @param cause   what it was told by
    public BenchFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
