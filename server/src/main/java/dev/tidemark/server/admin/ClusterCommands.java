package dev.tidemark.server.admin;

import dev.tidemark.server.term.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `cluster`: how a cluster is, and what is where in it.
@Command(name = "cluster", description = "Show a cluster's state, and move leaders and partitions "
        + "between its nodes.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class ClusterCommands {
    /// The command with its own commands below it.
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new ClusterCommands())
                .addSubcommand(new ClusterStatus(terminal))
                .addSubcommand(new ClusterMoveLeaders(terminal))
                .addSubcommand(new ClusterReassign(terminal))
                .addSubcommand(new ClusterDrain(terminal))
                .addSubcommand(new ClusterMoves(terminal));
    }
}
