package dev.tidemark.server.admin;

import dev.tidemark.server.term.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `group`: lists, describes, resets and deletes consumer groups.
@Command(name = "group", description = "List, describe, reset and delete consumer groups.",
        mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
public final class GroupCommands {
    /// The command with its own commands below it.
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new GroupCommands())
                .addSubcommand(new GroupList(terminal))
                .addSubcommand(new GroupDescribe(terminal))
                .addSubcommand(new GroupReset(terminal))
                .addSubcommand(new GroupDelete(terminal));
    }
}
