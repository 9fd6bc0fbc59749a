package dev.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A slow disk for any server: a library to preload that delays each `fsync` and `fdatasync`.
///
/// Built by `gcc` on first use from `src/main/c/syncdelay.c`.
public final class SyncDelay {
    private static final Path SOURCE = Path.of("src/main/c/syncdelay.c");
    private final Path library;

    private SyncDelay(Path library) {
        this.library = library;
    }

    /// Builds the library in a directory.
    ///
    /// @return null where there is no `gcc`, so that the caller can say so and skip
    public static SyncDelay build(Path directory) throws IOException, InterruptedException {
        Path source = Files.exists(SOURCE) ? SOURCE : Path.of("bench").resolve(SOURCE);
        if (!Files.exists(source)) {
            throw new BenchFailure("run this in the project's directory: no " + source + " here");
        }
        Path library = directory.resolve("libsyncdelay.so").toAbsolutePath();
        try {
            int code = new ProcessBuilder(List.of("gcc", "-O2", "-shared", "-fPIC", "-o",
                    library.toString(), source.toString(), "-ldl")).inheritIO().start().waitFor();
            if (code != 0) {
                throw new BenchFailure("gcc could not build " + source);
            }
        } catch (IOException noSuchProgram) {
            return null;
        }
        return new SyncDelay(library);
    }

    /// The environment that slows a process down.
    public Map<String, String> environment(int delayMs) {
        return Map.of("LD_PRELOAD", library.toString(),
                "SYNC_DELAY_US", Integer.toString(delayMs * 1000));
    }
}
