package dev.tidemark.server.loop;

import java.io.IOException;

/// The data directory has failed, which no start of another thread mends: a node is of no use from
/// then on. No bug of ours, but the end of the node all the same.
public final class DiskFailed extends Error {
    private static final long serialVersionUID = 1L;

    public DiskFailed(IOException why) {
        super("nothing can be written to the data directory any more: " + why.getMessage(), why);
    }
}
