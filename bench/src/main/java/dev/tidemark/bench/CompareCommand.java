package dev.tidemark.bench;

import dev.tidemark.bench.client.PerfTools;
import dev.tidemark.bench.report.Json;
import dev.tidemark.bench.report.MarkdownTable;
import dev.tidemark.bench.report.Verdicts;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.server.KafkaLibs;
import dev.tidemark.bench.server.KafkaRecipe;
import dev.tidemark.bench.server.Recipe;
import dev.tidemark.bench.server.TidemarkRecipe;
import dev.tidemark.bench.work.Bed;
import dev.tidemark.bench.work.Catalogue;
import dev.tidemark.bench.work.Lineup;
import dev.tidemark.bench.work.ResultFile;
import dev.tidemark.bench.work.Scale;
import dev.tidemark.bench.work.Series;
import dev.tidemark.bench.work.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Our server beside a real Kafka, work by work, on this machine.
@Command(name = "compare", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures our server beside a real Kafka on this machine.")
final class CompareCommand implements Callable<Integer> {
    private static final Path KEPT = Path.of(System.getProperty("tidemark.home", ""),
            "bench", "target", "compare.tsv");

    @Parameters(paramLabel = "WORK", description = "names, or how they begin; default all")
    private List<String> names = List.of();

    @Option(names = "--runs", defaultValue = "5", description = "of each (${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--quick", description = "a quarter of the length, at most three runs,"
            + " 25 minutes")
    private boolean quick;

    @Option(names = "--minutes", description = "for all of it (150): with less time, fewer runs")
    private int minutes;

    @Option(names = "--resume", description = "go on where an earlier comparison was cut short")
    private boolean resume;

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

    @Option(names = {"--markdown", "--md"}, description = "write the table to this file")
    private Path markdown;

    @Override
    public Integer call() throws Exception {
        List<Workload> works = Catalogue.named(names);
        checkWritable(json);
        checkWritable(markdown);
        KafkaLibs libs = KafkaLibs.resolve(kafkaLibs);
        Machine machine = Machine.here(libs.version());
        Scale scale = quick ? Scale.quick(runs, minutes) : Scale.whole(runs, minutes);
        Path directory = directory();
        Bed bed = new Bed(directory, new PerfTools(libs, directory), scale);
        Thread cleaner = new Thread(() -> clean(bed, directory), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        long order = seed == null ? System.nanoTime() : seed;
        System.err.println(works.size() + " works, " + scale.text() + "; data in " + directory
                + ", order of runs from --seed " + order);
        var kept = new ResultFile(KEPT, "commit=" + machine.facts().get("commit") + " subject="
                + subject + " divisor=" + scale.divisor());
        var series = new Series(works, lineup(libs), bed, kept, System.err);
        List<WorkResult> results =
                series.run(order, resume, done -> write(machine, scale, done));
        System.out.print(page(machine, scale, results));
        if (!series.failed().isEmpty()) {
            System.err.println("not measured: " + String.join(", ", series.failed()));
            return 1;
        }
        return 0;
    }

    private static String page(Machine machine, Scale scale, List<WorkResult> results) {
        return machine.line() + "; " + scale.text() + "\n\n" + MarkdownTable.of(results) + "\n"
                + Verdicts.summary(results) + "\n";
    }

    /// Now, and not after an hour of measuring.
    private static void checkWritable(Path file) {
        Path parent = file == null ? null : file.toAbsolutePath().getParent();
        if (parent != null && !Files.isWritable(parent)) {
            throw new BenchFailure("cannot write " + file + ": no such directory, or not ours");
        }
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
    private void write(Machine machine, Scale scale, List<WorkResult> results) {
        try {
            if (json != null) {
                Files.writeString(json, Json.of(machine.facts(), results) + "\n");
            }
            if (markdown != null) {
                Files.writeString(markdown, page(machine, scale, results));
            }
        } catch (IOException e) {
            throw new BenchFailure("the results could not be written: " + e.getMessage(), e);
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
