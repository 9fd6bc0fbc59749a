package dev.tidemark.log.segment;

import java.io.IOException;

/// A log's file does not hold what it should: its bytes are damaged, or it is of an unknown
/// version. Who can rebuild it does; who cannot reports it. Other logs are not concerned.
public final class CorruptFile extends IOException {
    private static final long serialVersionUID = 1L;

    private final long soundEnd;

    /// @param what the file's kind and what is wrong with it
    public CorruptFile(String what) {
        this(what, 0);
    }

    /// @param what the file's kind and what is wrong with it
    /// @param soundEnd all of the log's batches below that offset are known to be whole (exclusive)
    public CorruptFile(String what, long soundEnd) {
        super(what);
        this.soundEnd = soundEnd;
    }

    /// Where the damage begins; 0 if that is not known.
    public long soundEnd() {
        return soundEnd;
    }
}
