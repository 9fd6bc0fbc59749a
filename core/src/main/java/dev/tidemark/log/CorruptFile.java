package dev.tidemark.log;

import java.io.IOException;

/// A log's file does not hold what it should: its bytes are damaged, or it is of an unknown
/// version. Who can rebuild it does; who cannot reports it. Other logs are not concerned.
public final class CorruptFile extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param what the file's kind and what is wrong with it
    public CorruptFile(String what) {
        super(what);
    }
}
