package dev.tidemark.server.dump;

import dev.tidemark.server.term.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `log`: looks into the files of a data directory.
@Command(name = "log", description = "Look into the files of a data directory.",
        mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
public final class LogCommands {
    /// The command with its own commands below it.
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new LogCommands()).addSubcommand(new LogDump(terminal));
    }
}
