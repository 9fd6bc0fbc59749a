package dev.tidemark.bench;

import dev.tidemark.bench.client.PerfTools;
import dev.tidemark.bench.report.Json;
import dev.tidemark.bench.report.MarkdownTable;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.server.KafkaLibs;
import dev.tidemark.bench.server.KafkaRecipe;
import dev.tidemark.bench.server.Recipe;
import dev.tidemark.bench.server.TidemarkRecipe;
import dev.tidemark.bench.work.Bed;
import dev.tidemark.bench.work.Catalogue;
import dev.tidemark.bench.work.Comparison;
import dev.tidemark.bench.work.Lineup;
import dev.tidemark.bench.work.Scale;
import dev.tidemark.bench.work.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Our server beside a real Kafka, work by work, on this machine.
@Command(name = "compare", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures our server beside a real Kafka on this machine.")
final class CompareCommand implements Callable<Integer> {
    private static final int QUICK_DIVISOR = 4;
    private static final int QUICK_RUNS = 3;

    @Parameters(paramLabel = "WORK", description = "names, or how they begin; default all")
    private List<String> names = List.of();

    @Option(names = "--runs", defaultValue = "5", description = "of each (${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--quick", description = "a quarter of the length, at most three runs")
    private boolean quick;

    @Option(names = "--subject", defaultValue = "tidemark",
            description = "tidemark, kafka (against itself) or none (${DEFAULT-VALUE})")
    private String subject;

    @Option(names = "--seed", description = "of the order of runs; default from the clock")
    private Long seed;

    @Option(names = "--dir", description = "for data; default a fresh temporary directory")
    private Path parent;

    @Option(names = "--kafka-libs", description = "Kafka's jars; default fetched by Maven")
    private Path kafkaLibs;

    @Option(names = "--tidemark-command", defaultValue = TidemarkRecipe.COMMAND,
            description = "how our server is started (${DEFAULT-VALUE})")
    private String tidemarkCommand;

    @Option(names = "--json", description = "write every run to this file")
    private Path json;

    @Option(names = "--md", description = "write the table to this file")
    private Path markdown;

    @Override
    public Integer call() throws Exception {
        List<Workload> works = Catalogue.named(names);
        checkWritable(json);
        checkWritable(markdown);
        KafkaLibs libs = KafkaLibs.resolve(kafkaLibs);
        Machine machine = Machine.here(libs.version());
        Path directory = directory();
        List<WorkResult> results = new ArrayList<>();
        Bed bed = new Bed(directory, new PerfTools(libs, directory), scale());
        Thread cleaner = new Thread(() -> clean(bed, directory), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        long order = seed == null ? System.nanoTime() : seed;
        System.err.println("data in " + directory + ", order of runs from --seed " + order);
        Comparison comparison = new Comparison(lineup(libs), bed, order, System.err);
        for (Workload work : works) {
            WorkResult result = comparison.run(work);
            if (result != null) {
                results.add(result);
                write(machine, results);
            }
        }
        System.out.println(machine.line());
        System.out.println();
        System.out.print(MarkdownTable.of(results));
        return 0;
    }

    /// Now, and not after an hour of measuring.
    private static void checkWritable(Path file) {
        Path parent = file == null ? null : file.toAbsolutePath().getParent();
        if (parent != null && !Files.isWritable(parent)) {
            throw new BenchFailure("cannot write " + file + ": no such directory, or not ours");
        }
    }

    private Scale scale() {
        return quick ? new Scale(Math.min(runs, QUICK_RUNS), QUICK_DIVISOR) : new Scale(runs, 1);
    }

    private Lineup lineup(KafkaLibs libs) {
        Recipe opponent = switch (subject) {
            case "tidemark" -> new TidemarkRecipe(tidemarkCommand);
            case "kafka" -> new KafkaRecipe("kafka-again", libs);
            case "none" -> null;
            default -> throw new BenchFailure("--subject is tidemark, kafka or none, not "
                    + subject);
        };
        return new Lineup(new KafkaRecipe("kafka", libs), opponent);
    }

    private Path directory() throws Exception {
        if (parent == null) {
            return Files.createTempDirectory("tidemark-bench-");
        }
        Files.createDirectories(parent);
        return Files.createTempDirectory(parent.toAbsolutePath(), "tidemark-bench-");
    }

    /// After each work, so that a long comparison that is cut short leaves what it has.
    private void write(Machine machine, List<WorkResult> results) throws Exception {
        if (json != null) {
            Files.writeString(json, Json.of(machine.facts(), results) + "\n");
        }
        if (markdown != null) {
            Files.writeString(markdown, machine.line() + "\n\n" + MarkdownTable.of(results));
        }
    }

    /// Runs on the way out, whichever way that is: nothing that was started is left behind.
    private static void clean(Bed bed, Path directory) {
        try {
            bed.close();
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            bed.removeAll();
        } catch (Exception e) {
            System.err.println("could not remove " + directory + ": " + e);
        }
    }
}
