package dev.tidemark.bench.client;

import dev.tidemark.bench.server.BenchFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A client in a process of its own: run to its end, its lines read.
public final class ChildProcess {
    private static final int LAST_LINES = 20;

    private ChildProcess() {}

    /// Runs a command and returns what it prints, standard error included.
    ///
    /// @throws BenchFailure with its last lines when it fails or takes longer than allowed
    public static List<String> lines(List<String> command, int timeoutSeconds)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread guard = Thread.startVirtualThread(() -> endWhenLate(process, timeoutSeconds));
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(lines::add);
        } finally {
            process.destroy();
        }
        int code = process.waitFor();
        guard.interrupt();
        if (code != 0) {
            throw new BenchFailure("the client failed, code " + code + ": " + command + "\n"
                    + last(lines));
        }
        return lines;
    }

    /// Runs a command whose output nobody reads.
    ///
    /// @return seconds that it took
    public static double seconds(List<String> command, Path output)
            throws IOException, InterruptedException {
        long startedNs = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new BenchFailure("the client failed: " + command);
        }
        return (System.nanoTime() - startedNs) / 1e9;
    }

    /// The last lines of an output, for a message.
    public static String last(List<String> lines) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES),
                lines.size()));
    }

    private static void endWhenLate(Process process, int timeoutSeconds) {
        try {
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
