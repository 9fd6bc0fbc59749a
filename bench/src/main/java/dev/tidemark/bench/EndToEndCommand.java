package dev.tidemark.bench;

import dev.tidemark.bench.client.EndToEnd;
import dev.tidemark.bench.client.EndToEndFigures;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The open-loop client in a process of its own; the last line it prints is for the harness.
@Command(name = "end-to-end", mixinStandardHelpOptions = true,
        description = "Measures latency at a fixed rate, from due to received.")
final class EndToEndCommand implements Callable<Integer> {
    @Option(names = {"-b", "--bootstrap"}, required = true, description = "host:port of the server")
    private String bootstrap;

    @Option(names = "--topic", required = true, description = "an empty topic")
    private String topic;

    @Option(names = "--partitions", defaultValue = "1", description = "of the topic")
    private int partitions;

    @Option(names = "--size", defaultValue = "1024", description = "bytes of a record")
    private int recordBytes;

    @Option(names = "--rate", defaultValue = "20000", description = "records per second")
    private int recordsPerSecond;

    @Option(names = "--warm-up", defaultValue = "10", description = "seconds not counted")
    private int warmUpSeconds;

    @Option(names = "--seconds", defaultValue = "30", description = "seconds counted")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        EndToEnd run = new EndToEnd(bootstrap, topic, new EndToEnd.Plan(partitions, recordBytes,
                recordsPerSecond, warmUpSeconds, seconds));
        run.run();
        System.out.println(EndToEndFigures.of(run.received(), run.acknowledged()).line());
        return 0;
    }
}
