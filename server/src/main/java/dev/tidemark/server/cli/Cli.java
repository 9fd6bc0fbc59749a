package dev.tidemark.server.cli;

import dev.tidemark.server.admin.ClusterCommands;
import dev.tidemark.server.admin.GroupCommands;
import dev.tidemark.server.admin.RecordConsume;
import dev.tidemark.server.admin.RecordProduce;
import dev.tidemark.server.admin.TopicCommands;
import dev.tidemark.server.dump.LogCommands;
import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// The command line: finds the command and runs it.
///
/// Exit codes: 0 it is done, 1 it could not be done, 2 the command line or the configuration is
/// wrong, 70 a bug of ours. Ctrl-C ends a node with 0, other commands with 130.
public final class Cli {
    static final int FAILURE_STATUS = 1;
    static final int BUG_STATUS = 70;
    /// What stands before `tidemark` on a command line: the launcher is in no PATH.
    static final String TYPED_BEFORE = "./";
    static final String USAGE = "Usage: " + TYPED_BEFORE;
    private static final String[] VERSION = {"Tidemark 0.1.0"};
    private static final Map<String, String> EXIT_CODES = new LinkedHashMap<>();
    private static final Map<String, Function<Terminal, CommandLine>> COMMANDS =
            new LinkedHashMap<>();

    static {
        EXIT_CODES.put("0", "it is done");
        EXIT_CODES.put("1", "it could not be done");
        EXIT_CODES.put("2", "the command line or the configuration is wrong");
        EXIT_CODES.put("70", "a bug of ours");
        EXIT_CODES.put("130", "interrupted by Ctrl-C (a node ends with 0)");
        COMMANDS.put("start", terminal -> new CommandLine(new StartNode(terminal)));
        COMMANDS.put("topic", TopicCommands::line);
        COMMANDS.put("produce", terminal -> new CommandLine(new RecordProduce(terminal)));
        COMMANDS.put("consume", terminal -> new CommandLine(new RecordConsume(terminal)));
        COMMANDS.put("group", GroupCommands::line);
        COMMANDS.put("cluster", ClusterCommands::line);
        COMMANDS.put("log", LogCommands::line);
    }

    private Cli() {
    }

    /// Runs a command.
    ///
    /// @return the exit code
    public static int run(Terminal terminal, String... args) {
        CommandLine line = line(terminal, args.length == 0 ? "" : args[0]);
        var said = new StringWriter();
        var printed = new StringWriter();
        line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.isColoured()
                ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setErr(new PrintWriter(said, true)).setOut(new PrintWriter(printed, true));
        line.setExecutionExceptionHandler((failure, _, _) -> failed(terminal, failure));
        line.setParameterExceptionHandler((mistake, _) -> Misuse.say(terminal, mistake));
        int status = line.execute(args);
        printed.toString().lines().forEach(terminal::print);
        said.toString().lines().forEach(terminal::say);
        terminal.flush();
        return status;
    }

    /// Says why a command failed.
    ///
    /// @return the exit code
    static int failed(Terminal terminal, Exception failure) {
        if (failure instanceof CommandFailed expected) {
            expected.getMessage().lines()
                    .forEach(line -> terminal.say(terminal.bad("tidemark: ") + line));
            return expected.status();
        }
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        terminal.say(terminal.bad("tidemark: ") + "this is a bug; please report it with the "
                + "command and these lines:");
        trace.toString().lines().forEach(terminal::say);
        return BUG_STATUS;
    }

    /// Only the command that is asked for is set up: reading the annotations of all takes longer
    /// than starting a node.
    private static CommandLine line(Terminal terminal, String name) {
        var all = new CommandLine(new Top());
        var asked = COMMANDS.get(name);
        if (asked != null) {
            all.addSubcommand(name, asked.apply(terminal));
        } else if (name.equals("train")) {
            all.addSubcommand(new Training());
        } else if (name.equals("train-node")) {
            all.addSubcommand(new TrainedNode(terminal));
        } else {
            COMMANDS.forEach((each, make) -> all.addSubcommand(each, make.apply(terminal)));
            all.addSubcommand(new HelpCommand());
            all.addSubcommand(new GenerateCompletion());
        }
        complete(all);
        return all;
    }

    /// What every command's help and `--version` say.
    private static void complete(CommandLine line) {
        line.getCommandSpec().version(VERSION).usageMessage().synopsisHeading(USAGE)
                .exitCodeListHeading("Exit codes:%n").exitCodeList(EXIT_CODES);
        line.getSubcommands().values().forEach(Cli::complete);
    }

    /// The names of all commands.
    static List<String> names() {
        return List.copyOf(COMMANDS.keySet());
    }

    @Command(name = "tidemark", mixinStandardHelpOptions = true,
            description = "A log server for Kafka's clients: acknowledged means kept.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Top {
    }
}
