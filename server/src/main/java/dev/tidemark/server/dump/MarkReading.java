package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Path;

/// A file that says something by being there.
final class MarkReading implements LogDump.FileReading {
    private final String meaning;

    /// @param meaning what it says
    MarkReading(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public void read(Path file, DumpSheet sheet) throws IOException {
        sheet.entry("means", meaning);
        TextLines lines = TextLines.of(file);
        for (String line = lines.next(); line != null; line = lines.next()) {
            sheet.entry("line", line);
        }
        sheet.sum("a mark;");
    }
}
