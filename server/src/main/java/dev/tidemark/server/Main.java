package dev.tidemark.server;

import dev.tidemark.server.cli.Cli;
import dev.tidemark.server.cli.LogSetup;
import dev.tidemark.server.cli.PlainStart;
import dev.tidemark.server.term.Terminal;

/// The process.
public final class Main {
    private Main() {
    }

    /// @param args the command and its options
    public static void main(String[] args) {
        LogSetup.forProcess(args.length > 0 && args[0].equals("start"));
        LogSetup.trimNetty();
        Terminal terminal = Terminal.ofProcess();
        int status = PlainStart.run(terminal, args);
        System.exit(status >= 0 ? status : Cli.run(terminal, args));
    }
}
