package dev.tidemark.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidemark.server.term.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/// What a command printed, said, and ended with.
///
/// @param status the exit code
/// @param out what it printed
/// @param err what it said about it
public record CommandRun(int status, String out, String err) {
    /// Runs a command with nothing piped in.
    public static CommandRun of(String... args) {
        return piped("", args);
    }

    /// Runs a command with this piped in.
    public static CommandRun piped(String in, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Cli.run(Terminal.of(new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)), args);
        return new CommandRun(status, out.toString(UTF_8), err.toString(UTF_8));
    }
}
