package dev.tidemark.bench.work;

import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Works that are done, so that a comparison which was cut short can go on where it was.
///
/// The first line says what was measured and how; each other is one metric of one contender of one
/// work with all its runs, parted by tabs. A work is added as a whole, when it has ended.
public final class ResultFile {
    private static final String TAB = "\t";
    private static final int VALUES_FROM = 3;
    private final Path file;
    private final String about;

    /// @param about what was measured and how, on one line: results of another kind don't mix
    public ResultFile(Path file, String about) {
        this.file = file;
        this.about = about;
    }

    /// Forgets what is there.
    public void begin() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, about + "\n");
    }

    /// Adds a work.
    public void add(WorkResult result) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String contender : result.contenders()) {
            for (Metric metric : result.metrics(contender)) {
                List<String> words = new ArrayList<>(
                        List.of(result.work(), contender, metric.name()));
                result.values(contender, metric).forEach(value -> words.add(value.toString()));
                lines.add(String.join(TAB, words));
            }
        }
        Files.write(file, lines, StandardOpenOption.APPEND);
    }

    /// The works that are there, by name; empty if there is no file.
    ///
    /// @param aims the aims of each work that is still known; others are left out
    /// @throws BenchFailure if something else was measured, or otherwise
    public Map<String, WorkResult> read(Map<String, List<Aim>> aims) throws IOException {
        Map<String, WorkResult> results = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return results;
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().equals(about)) {
            throw new BenchFailure("what " + file + " holds was measured otherwise ("
                    + (lines.isEmpty() ? "nothing" : lines.getFirst()) + "; now: " + about
                    + "): begin anew without --resume");
        }
        List<String[]> rows = lines.subList(1, lines.size()).stream()
                .map(line -> line.split(TAB, -1)).toList();
        for (String[] row : rows) {
            if (aims.containsKey(row[0])) {
                results.computeIfAbsent(row[0], work -> new WorkResult(work, aims.get(work),
                        contenders(rows, work))).addAll(row[1], Metric.valueOf(row[2]),
                        Arrays.stream(row, VALUES_FROM, row.length).map(Double::valueOf)
                                .toList());
            }
        }
        return results;
    }

    private static List<String> contenders(List<String[]> rows, String work) {
        return rows.stream().filter(row -> row[0].equals(work)).map(row -> row[1]).distinct()
                .toList();
    }
}
