package dev.tidemark.bench.work;

import dev.tidemark.bench.server.BenchFailure;
import java.io.IOException;

/// What is seen to before each run, so that none pays for the one before it.
@FunctionalInterface
public interface Rest {
    /// Has the system write to the disk whatever is still in memory alone (`sync`).
    ///
    /// A server that leaves its bytes to the system leaves hundreds of MiB behind. The system
    /// writes them half a minute later, beside the syncs of whoever runs then.
    Rest WRITTEN_BACK = () -> {
        int code = new ProcessBuilder("sync").inheritIO().start().waitFor();
        if (code != 0) {
            throw new BenchFailure("sync ended with " + code);
        }
    };

    /// Waits until all is as before the first run.
    void take() throws IOException, InterruptedException;
}
