package dev.tidemark.server.cli;

import dev.tidemark.server.admin.GroupCommands;
import dev.tidemark.server.admin.RecordConsume;
import dev.tidemark.server.admin.RecordProduce;
import dev.tidemark.server.admin.TopicCommands;
import dev.tidemark.server.dump.LogCommands;
import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line: finds the command and runs it.
///
/// Exit codes: 0 it is done, 1 it could not be done, 2 the command line is wrong.
public final class Cli {
    private static final Map<String, Function<Terminal, CommandLine>> COMMANDS = new TreeMap<>(
            Map.of("start", terminal -> new CommandLine(new StartNode(terminal)),
                    "topic", TopicCommands::line,
                    "group", GroupCommands::line,
                    "log", LogCommands::line,
                    "produce", terminal -> new CommandLine(new RecordProduce(terminal)),
                    "consume", terminal -> new CommandLine(new RecordConsume(terminal))));

    private Cli() {
    }

    /// Runs a command.
    ///
    /// @return the exit code
    public static int run(Terminal terminal, String... args) {
        CommandLine line = line(terminal, args.length == 0 ? "" : args[0]);
        var said = new StringWriter();
        var printed = new StringWriter();
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                terminal.isSeen() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setErr(new PrintWriter(said, true)).setOut(new PrintWriter(printed, true));
        line.setExecutionExceptionHandler((failure, _, _) -> failed(terminal, failure));
        int status = line.execute(args);
        printed.toString().lines().forEach(terminal::print);
        said.toString().lines().forEach(terminal::say);
        terminal.flush();
        return status;
    }

    /// Only the command that is asked for is set up: reading the annotations of all takes longer
    /// than starting a node.
    private static CommandLine line(Terminal terminal, String name) {
        var all = new CommandLine(new Top());
        var asked = COMMANDS.get(name);
        if (asked != null) {
            return all.addSubcommand(name, asked.apply(terminal));
        }
        if (name.equals("train")) {
            return all.addSubcommand(new Training());
        }
        COMMANDS.forEach((each, make) -> all.addSubcommand(each, make.apply(terminal)));
        return all;
    }

    private static int failed(Terminal terminal, Exception failure) throws Exception {
        if (failure instanceof CommandFailed expected) {
            return PlainStart.failed(terminal, expected);
        }
        throw failure;
    }

    /// The names of all commands.
    static List<String> names() {
        return List.copyOf(COMMANDS.keySet());
    }

    @Command(name = "tidemark", mixinStandardHelpOptions = true, version = "Tidemark 0.1.0",
            description = "A log server for Kafka's clients: acknowledged means kept.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Top {
    }
}
