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
    private long damages;

    DumpSheet(Terminal terminal, Path file, boolean json, boolean quiet) {
        this.terminal = terminal;
        this.file = file;
        this.json = json;
        this.quiet = quiet;
        if (!json) {
            terminal.print(terminal.strong(file.toString()));
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
            terminal.print(JsonText.of(Map.of("file", file, "position", position,
                    "damage", what)));
        } else {
            terminal.print(terminal.strong("DAMAGE") + " position=" + position + " " + what);
        }
    }

    /// The sum of it all.
    void sum(String line) {
        if (!json) {
            terminal.print(terminal.faint(line) + (damages == 0 ? terminal.good(" all sound")
                    : ""));
        }
    }

    long damages() {
        return damages;
    }

    Progress progress(long bytes) {
        // Lines that scroll by are progress enough.
        return new Progress(quiet ? terminal : terminal.unwatched(),
                file.getFileName().toString(), bytes);
    }

    private void print(String indent, Object... namesAndValues) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                all.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
            }
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
