package dev.tidemark.server.cluster;

import java.io.IOException;
import java.io.InputStream;

/// What a node does that another process of ours has started: it says less, and ends in good order
/// when that process is gone, however that came.
public final class ParentWatch {
    static final String VARIABLE = "TIDEMARK_NODE_OF_MANY";

    private ParentWatch() {
    }

    /// True if another process of ours has started this one.
    public static boolean isChild() {
        return System.getenv(VARIABLE) != null;
    }

    /// Ends this process when nobody holds the other end of its input any more.
    ///
    /// @param in that nobody else reads
    public static void endWithParent(InputStream in) {
        Thread.ofPlatform().daemon().name("tidemark-parent").start(() -> {
            try {
                while (in.read() >= 0) {
                    // Nobody has anything to say here.
                }
            } catch (IOException closed) {
                // As good as the end.
            }
            System.exit(0);
        });
    }
}
