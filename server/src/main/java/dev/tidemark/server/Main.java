package dev.tidemark.server;

import dev.tidemark.server.cli.Cli;
import dev.tidemark.server.cli.LogSetup;
import dev.tidemark.server.cli.PlainStart;
import dev.tidemark.server.term.Terminal;
import java.util.Set;

/// The process.
public final class Main {
    /// The commands that run a node.
    private static final Set<String> NODES = Set.of("start", "train-node");

    private Main() {
    }

    /// @param args the command and its options
    public static void main(String[] args) {
        LogSetup.forProcess(args.length > 0 && NODES.contains(args[0]));
        LogSetup.trimNetty();
        Terminal terminal = Terminal.ofProcess();
        int status = PlainStart.run(terminal, args);
        System.exit(status >= 0 ? status : Cli.run(terminal, args));
    }
}
