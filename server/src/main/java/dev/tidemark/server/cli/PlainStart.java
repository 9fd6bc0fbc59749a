package dev.tidemark.server.cli;

import dev.tidemark.server.term.Terminal;
import java.util.HashSet;

/// `start` with nothing but options and their values: run without picocli, whose setting up takes
/// longer than the node's.
///
/// Whatever else stands on the line (help, mistakes, `--option=value`) is picocli's.
public final class PlainStart {
    private PlainStart() {
    }

    /// Runs the command if the line is as plain as that.
    ///
    /// @return the exit code, or -1 if it is not
    public static int run(Terminal terminal, String... args) {
        if (args.length % 2 != 1 || !args[0].equals("start")) {
            return -1;
        }
        var start = new StartNode(terminal);
        var given = new HashSet<Character>();
        for (int i = 1; i < args.length; i += 2) {
            boolean isAgain = !given.add(letter(args[i])) && !args[i].equals("-o");
            if (isAgain || args[i + 1].startsWith("-") || !start.set(args[i], args[i + 1])) {
                return -1;
            }
        }
        try {
            start.run();
            return 0;
        } catch (RuntimeException failure) {
            return Cli.failed(terminal, failure);
        }
    }

    /// What an option's two names have in common.
    private static char letter(String option) {
        return option.charAt(option.lastIndexOf('-') + 1);
    }
}
