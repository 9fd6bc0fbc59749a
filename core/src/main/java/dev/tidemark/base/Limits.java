package dev.tidemark.base;

/// The named bounds of every queue, map and buffer whose size a client or the world could drive.
///
/// Over a limit the client gets an error or waits; memory does not grow. Those that an operator
/// may set are defaults here and carry the key's name.
public final class Limits {
    /// Descriptors that one data directory keeps open between uses (`tidemark.open.files`).
    public static final int OPEN_FILES = 512;

    /// Bytes of one record batch after decompression, where the broker has to look inside: a
    /// batch that inflates further is refused as a bomb.
    public static final int INFLATED_BATCH_BYTES = 128 << 20;

    /// Record errors that one refused batch lists in the answer; the rest is not looked for.
    public static final int RECORD_ERRORS = 64;

    private Limits() {
    }
}
