package dev.tidemark.server.cli;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;

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
        for (int i = 1; i < args.length; i += 2) {
            if (args[i + 1].startsWith("-") || !start.set(args[i], args[i + 1])) {
                return -1;
            }
        }
        try {
            start.run();
            return 0;
        } catch (CommandFailed failure) {
            return failed(terminal, failure);
        }
    }

    /// Says why a command failed.
    ///
    /// @return the exit code
    static int failed(Terminal terminal, CommandFailed failure) {
        terminal.say(terminal.bad("tidemark: ") + failure.getMessage());
        return 1;
    }
}
