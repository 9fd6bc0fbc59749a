package dev.tidemark.bench.work;

import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.report.Numbers;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.Recipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Runs works, the contenders taking turns in an order that is shuffled for each round.
///
/// Turns, because a machine drifts: its caches fill, its neighbours wake. Shuffled, because a
/// fixed order would give the same side the worse half each time. With a rest before each, so that
/// nobody pays for what the other has left to the system.
public final class Comparison {
    private final Lineup lineup;
    private final Bed bed;
    private final Random random;
    private final Rest rest;
    private final ProgressBoard progress;

    /// @param seed     of the order of runs
    /// @param rest     taken before each run
    /// @param progress where to tell what runs and what it measured
    public Comparison(Lineup lineup, Bed bed, long seed, Rest rest, ProgressBoard progress) {
        this.lineup = lineup;
        this.bed = bed;
        this.random = new Random(seed);
        this.rest = rest;
        this.progress = progress;
    }

    /// Runs one work for all contenders: each once, and then for as long as there are runs to do
    /// and the next round would end in time.
    ///
    /// @param endNs when it should have ended, as `System.nanoTime` counts
    /// @return null when this machine cannot do it; why was told
    public WorkResult run(Workload work, long endNs) throws Exception {
        String obstacle = work.obstacle(bed);
        if (obstacle != null) {
            progress.say(work.name() + ": skipped, " + obstacle);
            return null;
        }
        List<Contender> contenders = work.contenders(lineup);
        progress.say(work.name() + ": " + work.title());
        WorkResult result = new WorkResult(work.name(), work.aims(),
                contenders.stream().map(Contender::label).toList());
        if (work.warmsUp()) {
            warmUp(work, contenders);
        }
        int runs = work.runs(bed.scale().runs());
        long longestNs = 0;
        for (int round = 1; round <= runs; round++) {
            long startNs = System.nanoTime();
            if (round > 1 && startNs + longestNs > endNs) {
                progress.say("  no time for more than " + (round - 1) + " of " + runs + " runs");
                break;
            }
            for (Contender contender : shuffled(contenders)) {
                progress.running(work, contender.label() + ", run " + round + "/" + runs);
                rest.take();
                Figures figures = work.measure(contender, bed);
                result.add(contender.label(), figures);
                tell("run " + round + "/" + runs, contender, figures);
            }
            longestNs = Math.max(longestNs, System.nanoTime() - startNs);
        }
        return result;
    }

    /// Once for each server: contenders that share one are warm together.
    private void warmUp(Workload work, List<Contender> contenders) throws Exception {
        Set<Recipe> warm = new HashSet<>();
        for (Contender contender : contenders) {
            if (warm.add(contender.recipe())) {
                progress.running(work, contender.label() + ", warm-up");
                rest.take();
                tell("warm-up", contender, work.measure(contender, bed));
            }
        }
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
        progress.say(line.toString());
    }
}
