package dev.tidemark.compat.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A foreign program, run to its end; whether it is installed at all.
final class Program {
    private static final long PATIENCE_SECONDS = 180;

    private Program() {}

    /// Whether the shell would find it.
    static boolean isInstalled(String name) {
        return List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /// Runs it and returns the lines of its output.
    ///
    /// @param input what it reads
    static List<String> run(String input, String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        try {
            CompletableFuture<String> out = read(process, false);
            CompletableFuture<String> err = read(process, true);
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            boolean isDone = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!isDone || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + (isDone ? " failed with "
                        + process.exitValue() : " does not end") + ":\n" + out.join()
                        + err.join());
            }
            return out.join().lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(Process process, boolean isError) {
        return CompletableFuture.supplyAsync(() -> {
            try (var stream = isError ? process.getErrorStream() : process.getInputStream()) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException ended) {
                return ended.toString();
            }
        });
    }
}
