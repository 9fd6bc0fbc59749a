package dev.tidemark.server.cli;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `train`: does to a node what its users do most, so that the JVM can remember the classes and
/// profiles that both take (`-XX:AOTCacheOutput`). The build runs it once.
@Command(name = "train", description = "Exercise a node for the JVM's ahead-of-time cache.",
        hidden = true)
final class Training implements Runnable {
    private static final String LINES = "one\ntwo\nthree\n".repeat(2_000);
    private static final List<String> COMMANDS = List.of("topic create trained",
            "produce trained", "produce trained -k key -v value", "topic list",
            "topic describe trained --json", "consume trained --json",
            "consume trained --group trainees", "group list", "group describe trainees",
            "topic delete trained");

    @Parameters(paramLabel = "HOST:PORT", description = "where a node listens")
    private String bootstrap;

    @Override
    public void run() {
        for (String line : COMMANDS) {
            var in = new ByteArrayInputStream(LINES.getBytes(StandardCharsets.UTF_8));
            var silent = new PrintStream(OutputStream.nullOutputStream());
            String[] args = (line + " -b " + bootstrap).split(" ", -1);
            if (Cli.run(Terminal.of(in, silent, silent), args) != 0) {
                throw new CommandFailed("the training failed at: " + line);
            }
        }
    }
}
