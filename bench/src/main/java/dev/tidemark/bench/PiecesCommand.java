package dev.tidemark.bench;

import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// JMH over the pieces: what one call takes, and what it allocates.
@Command(name = "pieces", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures the pieces with JMH: time and allocation of one call.")
final class PiecesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATTERN", description = "of benchmark names; default all")
    private List<String> patterns = List.of();

    @Option(names = "--forks", defaultValue = "2", description = "(${DEFAULT-VALUE})")
    private int forks;

    @Option(names = "--seconds", defaultValue = "2",
            description = "of each of five iterations (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", description = "write the results to this file")
    private String json;

    @Override
    public Integer call() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder().forks(forks)
                .warmupIterations(3).warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(5).measurementTime(TimeValue.seconds(seconds))
                .jvmArgsAppend("--enable-native-access=ALL-UNNAMED")
                .addProfiler(GCProfiler.class);
        patterns.forEach(options::include);
        if (json != null) {
            options.resultFormat(ResultFormatType.JSON).result(json);
        }
        new Runner(options.build()).run();
        return 0;
    }
}
