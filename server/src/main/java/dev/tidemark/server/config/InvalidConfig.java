package dev.tidemark.server.config;

/// A configuration that a node cannot start with: the message says key, value and what is allowed.
public final class InvalidConfig extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// @param message for the operator
    public InvalidConfig(String message) {
        super(message);
    }

    public static InvalidConfig of(String key, Object value, String allowed) {
        return new InvalidConfig(key + "=" + value + " is not allowed: " + allowed);
    }
}
