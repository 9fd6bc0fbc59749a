package dev.tidemark.server.disk;

import java.io.IOException;
import java.nio.file.Path;

/// The data directory is in use by another process, or by another node in this one.
public final class DirectoryLocked extends IOException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    DirectoryLocked(Path directory, String holder) {
        super("the data directory " + directory.toAbsolutePath().normalize() + " is in use by "
                + (holder.isEmpty() ? "another process" : "process " + holder));
        this.holder = holder;
    }

    /// The process id that the holder wrote down; empty if it has not yet.
    public String holder() {
        return holder;
    }
}
