package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What is read in one go: a file, or the files of a journal.
///
/// @param path what it is called
/// @param files of which it consists
/// @param reading how it is read
record DumpItem(Path path, List<Path> files, LogDump.FileReading reading) {
    /// One file.
    static DumpItem of(Path file, LogDump.FileReading reading) {
        return new DumpItem(file, List.of(file), reading);
    }

    /// How much there is to read; what is gone by now counts nothing.
    long bytes() {
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (IOException gone) {
                // Whoever reads it says so.
            }
        }
        return bytes;
    }
}
