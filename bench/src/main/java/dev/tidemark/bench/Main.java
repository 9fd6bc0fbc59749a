package dev.tidemark.bench;

import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.server.term.CommandFailed;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Measures servers that speak Kafka's protocol: ours beside a real Kafka, or any one of them.
@Command(name = "./tidemark bench", mixinStandardHelpOptions = true,
        description = "Measures servers that speak Kafka's protocol.",
        subcommands = {CompareCommand.class, ListCommand.class, ProduceCommand.class,
            ConsumeCommand.class, EndToEndCommand.class, PiecesCommand.class})
public final class Main {
    private Main() {}

    /// Runs a command. Exit codes: 0 done, 1 failed, 2 called wrongly.
    public static void main(String[] arguments) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "dev/tidemark/bench/logback.xml");
        }
        System.exit(line().execute(arguments));
    }

    static CommandLine line() {
        return new CommandLine(new Main()).setExecutionExceptionHandler(Main::fail);
    }

    private static int fail(Exception failure, CommandLine command,
            CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof BenchFailure told) {
            command.getErr().println("bench: " + told.getMessage());
            return 1;
        }
        if (failure instanceof CommandFailed told) {
            command.getErr().println("bench: " + told.getMessage());
            return told.status();
        }
        if (failure instanceof KafkaException told) {
            command.getErr().println("bench: " + told.getMessage());
            return 1;
        }
        throw failure;
    }
}
