package dev.tidemark.bench.server;

import dev.tidemark.bench.report.Cpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What Linux says of a process: `/proc/PID/stat`, `status`, `fd` and `maps`.
public final class ProcFiles {
    /// The kernel's clock ticks per second as user space sees them, the same on every machine.
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private final Path directory;

    /// @param pid a process of ours that is running
    public ProcFiles(long pid) {
        directory = Path.of("/proc", Long.toString(pid));
    }

    /// CPU seconds since the process started.
    public Cpu cpu() throws IOException {
        return parseStat(Files.readString(directory.resolve("stat")));
    }

    /// Resident bytes.
    public long residentBytes() throws IOException {
        return parseStatus(Files.readString(directory.resolve("status")), "VmRSS:") << 10;
    }

    /// Number of open file descriptors.
    public long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("fd"))) {
            return files.count();
        }
    }

    /// Number of memory mappings.
    public long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("maps"))) {
            return lines.count();
        }
    }

    /// User and system time of a `stat` line; the name in it may hold blanks and brackets.
    static Cpu parseStat(String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Cpu(Long.parseLong(afterName[USER_TICKS]) / TICKS_PER_SECOND,
                Long.parseLong(afterName[SYSTEM_TICKS]) / TICKS_PER_SECOND);
    }

    /// A figure of `status` in the file's own unit, KiB.
    static long parseStatus(String status, String field) {
        for (String line : status.split("\n", -1)) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new BenchFailure("no " + field + " in the process's status");
    }
}
