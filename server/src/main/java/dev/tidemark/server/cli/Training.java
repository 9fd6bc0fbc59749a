package dev.tidemark.server.cli;

import dev.tidemark.server.config.ServerConfig;
import dev.tidemark.server.node.RunningNode;
import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `train`: does what a node and its users do most, so that the JVM can remember the classes and
/// profiles that it takes (`-XX:AOTCacheOutput`). The build runs it once.
@Command(name = "train", description = "Exercise a node for the JVM's ahead-of-time cache.",
        hidden = true)
final class Training implements Runnable {
    private static final int BROKEN_STATUS = 70;
    private static final int RUNS = 2;
    private static final String LINES = "one\ntwo\nthree\n".repeat(2_000);
    private static final List<String> COMMANDS = List.of("topic create trained --if-not-exists",
            "produce trained", "produce trained -k key -v value", "topic list",
            "topic describe trained --json", "consume trained --json",
            "consume trained --group trainees", "group list", "group describe trainees");

    @Parameters(paramLabel = "DIR", description = "an empty directory for the node's data")
    private Path directory;

    @Override
    public void run() {
        // The second run finds data, as most starts do.
        for (int i = 0; i < RUNS; i++) {
            try (RunningNode node = start()) {
                COMMANDS.forEach(line -> Training.command(node, line));
            } catch (IOException failure) {
                throw new CommandFailed("the training failed: " + failure.getMessage());
            }
        }
    }

    private RunningNode start() throws IOException {
        return RunningNode.start(ServerConfig.of(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", directory.toString(),
                "group.initial.rebalance.delay.ms", "0")),
                (where, bug) -> Runtime.getRuntime().halt(BROKEN_STATUS));
    }

    private static void command(RunningNode node, String line) {
        var in = new ByteArrayInputStream(LINES.getBytes(StandardCharsets.UTF_8));
        var silent = new PrintStream(OutputStream.nullOutputStream());
        String[] args = (line + " -b " + node.bootstrapServers()).split(" ", -1);
        int status = Cli.run(Terminal.of(in, silent, silent), args);
        if (status != 0) {
            throw new CommandFailed("the training failed at: " + line);
        }
    }
}
