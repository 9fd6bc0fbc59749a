package dev.tidemark.bench.work;

import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Verdicts;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.BenchFailure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A whole comparison: work after work within a bounded time, each one's verdict as soon as it is
/// there, and what is done kept for a later start.
///
/// Confined to one thread.
public final class Series {
    private static final double NS = 1e9;
    private final List<Workload> works;
    private final Lineup lineup;
    private final Bed bed;
    private final ResultFile kept;
    private final PrintStream out;
    private final List<String> failed = new ArrayList<>();

    /// @param kept where works that have ended are kept
    /// @param out  where to tell how it goes
    public Series(List<Workload> works, Lineup lineup, Bed bed, ResultFile kept,
            PrintStream out) {
        this.works = List.copyOf(works);
        this.lineup = lineup;
        this.bed = bed;
        this.kept = kept;
        this.out = out;
    }

    /// Runs what is not done.
    ///
    /// @param seed    of the order of runs
    /// @param resumes whether to take over what an earlier start has kept
    /// @param each    told all results so far, after each work
    /// @return all results, in the works' order
    public List<WorkResult> run(long seed, boolean resumes, Consumer<List<WorkResult>> each)
            throws Exception {
        Map<String, WorkResult> done = resumes ? kept.read(aims()) : new LinkedHashMap<>();
        if (done.isEmpty()) {
            kept.begin();
        }
        var timetable = new Timetable(works, bed.scale(), lineup, System.nanoTime());
        works.stream().filter(work -> done.containsKey(work.name()))
                .forEach(work -> timetable.done(work, 0));
        ProgressBoard progress = ProgressBoard.on(out, works, timetable);
        var comparison = new Comparison(lineup, bed, seed, Rest.WRITTEN_BACK, progress);
        List<WorkResult> results = new ArrayList<>();
        for (Workload work : works) {
            WorkResult result = done.get(work.name());
            if (result == null) {
                result = run(work, comparison, timetable, progress);
            }
            if (result != null) {
                results.add(result);
                each.accept(results);
            }
        }
        return results;
    }

    /// Works that were begun and could not be measured.
    public List<String> failed() {
        return List.copyOf(failed);
    }

    private WorkResult run(Workload work, Comparison comparison, Timetable timetable,
            ProgressBoard progress) throws Exception {
        long startNs = System.nanoTime();
        WorkResult result = null;
        try {
            result = comparison.run(work, timetable.endOf(work, startNs));
        } catch (BenchFailure failure) {
            // The others can be measured all the same, on servers that have seen nothing of it.
            progress.say("  FAILED: " + failure.getMessage());
            failed.add(work.name());
            bed.stopShared();
        }
        timetable.done(work, result == null ? 0 : (System.nanoTime() - startNs) / NS);
        if (result != null) {
            kept.add(result);
            Verdicts.of(result).forEach(verdict -> progress.say("  = " + verdict));
        }
        progress.ended(work);
        return result;
    }

    private Map<String, List<Aim>> aims() {
        Map<String, List<Aim>> aims = new LinkedHashMap<>();
        works.forEach(work -> aims.put(work.name(), work.aims()));
        return aims;
    }
}
