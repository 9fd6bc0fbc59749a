package dev.tidemark.server.dump;

import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Progress;
import dev.tidemark.server.term.Terminal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a file's entries and damages are written down.
final class DumpSheet {
    private final Terminal terminal;
    private final Path file;
    private final boolean json;
    private final boolean quiet;
    private Progress progress;
    private long bytesBefore;
    private long damages;

    DumpSheet(Terminal terminal, Path file, boolean json, boolean quiet) {
        this.terminal = terminal;
        this.file = file;
        this.json = json;
        this.quiet = quiet;
        if (!json && !quiet) {
            terminal.print(terminal.strong(file.toString()));
        }
    }

    /// Tells a bar that is drawn over all files how far this one is.
    ///
    /// @param before the bytes of the files that were read before it
    DumpSheet following(Progress bar, long before) {
        progress = bar;
        bytesBefore = before;
        return this;
    }

    /// Takes note of how far the reading of this file is.
    void at(long position) {
        if (progress != null) {
            progress.at(bytesBefore + position);
        }
    }

    /// An entry: names and values in turn.
    void entry(Object... namesAndValues) {
        if (!quiet) {
            print("", namesAndValues);
        }
    }

    /// Part of the entry above.
    void detail(Object... namesAndValues) {
        if (!quiet) {
            print("    ", namesAndValues);
        }
    }

    /// Something that is wrong at a position.
    void damage(long position, String what) {
        damages++;
        if (json) {
            terminal.print(JsonText.of(Map.of("file", file.toString(), "position", position,
                    "damage", what)));
        } else {
            terminal.print((quiet ? file + ": " : "") + terminal.strong("DAMAGE") + " position="
                    + position + " " + what);
        }
    }

    /// The sum of it all.
    void sum(String line) {
        if (!json && !quiet) {
            terminal.print(terminal.faint(line) + (damages == 0 ? terminal.good(" all sound")
                    : ""));
        }
    }

    long damages() {
        return damages;
    }

    private void print(String indent, Object... namesAndValues) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                all.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
            }
            all.put("file", file.toString());
            terminal.print(JsonText.of(all));
            return;
        }
        var line = new StringBuilder(indent);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            line.append(i == 0 ? "" : " ").append(namesAndValues[i]).append('=')
                    .append(namesAndValues[i + 1]);
        }
        terminal.print(line.toString());
    }
}
