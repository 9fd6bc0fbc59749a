package dev.tidemark.server.admin;

import dev.tidemark.server.term.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `topic`: creates, lists, describes, alters and deletes topics.
@Command(name = "topic", description = "Create, list, describe, alter and delete topics.",
        mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
public final class TopicCommands {
    /// The command with its own commands below it.
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new TopicCommands())
                .addSubcommand(new TopicCreate(terminal))
                .addSubcommand(new TopicList(terminal))
                .addSubcommand(new TopicDescribe(terminal))
                .addSubcommand(new TopicAlter(terminal))
                .addSubcommand(new TopicDelete(terminal));
    }
}
