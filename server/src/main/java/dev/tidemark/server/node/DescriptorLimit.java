package dev.tidemark.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How many files and sockets the system lets this process have open (`ulimit -n`).
///
/// Stateless. Reads what Linux tells; elsewhere there is no limit to be known.
final class DescriptorLimit {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";
    /// For jars, libraries, listeners, the journal, and what else is open without being counted.
    private static final int RESERVE = 128;

    private DescriptorLimit() {
    }

    /// How many connections leave room for `files` open files.
    ///
    /// @param configured `max.connections`
    static int connections(int configured, int files) {
        return (int) Math.min(configured, Math.max(1, soft() - files - RESERVE));
    }

    private static long soft() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(LINE)) {
                    String value = line.substring(LINE.length()).strip();
                    String number = value.substring(0, value.indexOf(' '));
                    return number.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(number);
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            // Another system, or another form: then the configured limit holds.
        }
        return Integer.MAX_VALUE;
    }
}
