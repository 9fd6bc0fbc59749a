package dev.tidemark.bench.work;

import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.report.Numbers;
import dev.tidemark.bench.report.WorkResult;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Runs works, the contenders taking turns in an order that is shuffled for each round.
///
/// Turns, because a machine drifts: its caches fill, its neighbours wake. Shuffled, because a
/// fixed order would give the same side the worse half each time.
public final class Comparison {
    private final Lineup lineup;
    private final Bed bed;
    private final Random random;
    private final PrintStream progress;

    /// @param seed     of the order of runs
    /// @param progress where to tell what runs and what it measured
    public Comparison(Lineup lineup, Bed bed, long seed, PrintStream progress) {
        this.lineup = lineup;
        this.bed = bed;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /// Runs one work for all contenders.
    ///
    /// @return null when this machine cannot do it; why was told
    public WorkResult run(Workload work) throws Exception {
        String obstacle = work.obstacle(bed);
        if (obstacle != null) {
            progress.println(work.name() + ": skipped, " + obstacle);
            return null;
        }
        List<Contender> contenders = work.contenders(lineup);
        progress.println(work.name() + ": " + work.title());
        WorkResult result = new WorkResult(work.name(), work.aims(),
                contenders.stream().map(Contender::label).toList());
        if (work.warmsUp()) {
            for (Contender contender : contenders) {
                tell("warm-up", contender, work.measure(contender, bed));
            }
        }
        int runs = work.runs(bed.scale().runs());
        for (int round = 1; round <= runs; round++) {
            for (Contender contender : shuffled(contenders)) {
                Figures figures = work.measure(contender, bed);
                result.add(contender.label(), figures);
                tell("run " + round + "/" + runs, contender, figures);
            }
        }
        return result;
    }

    private List<Contender> shuffled(List<Contender> contenders) {
        List<Contender> order = new ArrayList<>(contenders);
        Collections.shuffle(order, random);
        return order;
    }

    private void tell(String run, Contender contender, Figures figures) {
        StringBuilder line = new StringBuilder("  ").append(run).append("  ")
                .append(contender.label()).append(": ");
        String separator = "";
        for (Map.Entry<Metric, Double> figure : figures.values().entrySet()) {
            line.append(separator).append(figure.getKey().label()).append(' ')
                    .append(Numbers.table(figure.getValue()));
            separator = ", ";
        }
        progress.println(line);
    }
}
