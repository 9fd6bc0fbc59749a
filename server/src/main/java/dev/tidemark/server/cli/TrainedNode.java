package dev.tidemark.server.cli;

import dev.tidemark.server.cluster.TrainingCluster;
import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.FileTrouble;
import dev.tidemark.server.term.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `train-node`: the node that `train` exercises, the first of a cluster of three in one process.
/// It says where it listens, and ends, as one that was started by `start` does.
@Command(name = "train-node", description = "Run the node that train exercises.", hidden = true)
final class TrainedNode implements Runnable {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "where the data goes")
    private Path data;

    TrainedNode(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        // Ctrl-C ends the process, and with it the others.
        try (var cluster = TrainingCluster.under(data)) {
            PlainStart.run(terminal, "start", "--config", cluster.first().toString());
        } catch (IOException failure) {
            throw new CommandFailed("the training cannot start: " + FileTrouble.say(failure));
        }
    }
}
