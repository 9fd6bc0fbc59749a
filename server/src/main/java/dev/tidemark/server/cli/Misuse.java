package dev.tidemark.server.cli;

import dev.tidemark.server.term.Terminal;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What is said to a command line that is not understood: what is wrong, what may have been meant,
/// and where to read on.
///
/// Stateless.
final class Misuse {
    private static final int STATUS = 2;

    private Misuse() {
    }

    /// @return the exit code
    static int say(Terminal terminal, ParameterException mistake) {
        CommandLine at = mistake.getCommandLine();
        String command = Cli.TYPED_BEFORE + at.getCommandSpec().qualifiedName();
        boolean isCommandMissing = !at.getSubcommands().isEmpty()
                && !(mistake instanceof UnmatchedArgumentException);
        terminal.say(terminal.bad("tidemark: ") + message(mistake, at));
        if (isCommandMissing) {
            at.getUsageMessage(at.getColorScheme().ansi()).lines().forEach(terminal::say);
            return STATUS;
        }
        suggestions(mistake, command).forEach(terminal::say);
        if (mistake instanceof MissingParameterException) {
            at.getHelp().synopsis(Cli.USAGE.length()).lines()
                    .forEach(line -> terminal.say(line.isBlank() ? "" : prefixed(line)));
        }
        terminal.say("see " + command + " --help");
        return STATUS;
    }

    private static String prefixed(String line) {
        return line.startsWith(" ") ? line : Cli.USAGE + line;
    }

    private static String message(ParameterException mistake, CommandLine at) {
        if (isUnknownCommand(mistake, at)) {
            var unmatched = ((UnmatchedArgumentException) mistake).getUnmatched();
            return "there is no command '" + unmatched.getFirst() + "'";
        }
        return mistake.getMessage().replaceFirst(" is not an? (int|long)$",
                " is not a whole number");
    }

    private static boolean isUnknownCommand(ParameterException mistake, CommandLine at) {
        return mistake instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption() && !at.getSubcommands().isEmpty();
    }

    private static List<String> suggestions(ParameterException mistake, String command) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
            return List.of();
        }
        return unmatched.getSuggestions().stream()
                .map(meant -> meant.startsWith("-") ? meant
                        : command + " " + meant.substring(meant.lastIndexOf(' ') + 1))
                .map(meant -> "did you mean: " + meant).toList();
    }
}
