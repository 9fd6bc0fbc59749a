package dev.tidemark.bench.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How much of the disk a directory takes: blocks as `du` counts them, and the number of files.
///
/// @param bytes allocated, not the files' lengths: a preallocated file counts whole, a sparse one
///              by what it holds
public record DiskUse(long bytes, long files) {

    /// Counts a directory with `du`, which knows about blocks as Java does not.
    public static DiskUse of(Path directory) throws IOException, InterruptedException {
        return new DiskUse(du(directory, "-sB1"), du(directory, "-s", "--inodes"));
    }

    private static long du(Path directory, String... flags)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("du"));
        command.addAll(List.of(flags));
        command.add(directory.toString());
        Process process = new ProcessBuilder(command).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return parse(text);
    }

    /// The number that a line of `du` begins with.
    static long parse(String line) {
        int end = line.indexOf('\t');
        if (end < 0) {
            throw new BenchFailure("du did not answer with a number: " + line);
        }
        return Long.parseLong(line.substring(0, end));
    }
}
