package dev.tidemark.bench.report;

import java.util.ArrayList;
import java.util.List;

/// What became of the aims, a line each, and how many were met.
public final class Verdicts {
    private Verdicts() {}

    /// One line for each aim of a work that was measured on both sides.
    public static List<String> of(WorkResult result) {
        List<String> lines = new ArrayList<>();
        for (Aim aim : result.aims()) {
            double ratio = ratio(result, aim);
            if (!Double.isNaN(ratio)) {
                lines.add(aim.contender() + " " + aim.metric().label() + " "
                        + Numbers.table(ratio) + "×, aim " + aim.metric().aimText(aim.bound())
                        + (aim.metric().meets(ratio, aim.bound()) ? ": met" : ": MISSED"));
            }
        }
        return lines;
    }

    /// `31 of 34 aims met; missed: ...`.
    public static String summary(List<WorkResult> results) {
        int all = 0;
        List<String> missed = new ArrayList<>();
        for (WorkResult result : results) {
            for (Aim aim : result.aims()) {
                double ratio = ratio(result, aim);
                if (!Double.isNaN(ratio)) {
                    all++;
                    if (!aim.metric().meets(ratio, aim.bound())) {
                        missed.add(result.work() + " (" + aim.contender() + ", "
                                + aim.metric().label() + " " + Numbers.table(ratio) + "× for "
                                + aim.metric().aimText(aim.bound()) + ")");
                    }
                }
            }
        }
        String met = all - missed.size() + " of " + all + " aims met";
        return missed.isEmpty() ? met : met + "; missed: " + String.join(", ", missed);
    }

    /// @return not a number if one side was not measured by it
    private static double ratio(WorkResult result, Aim aim) {
        List<Double> base = result.values(result.contenders().getFirst(), aim.metric());
        List<Double> ours = result.contenders().contains(aim.contender())
                ? result.values(aim.contender(), aim.metric()) : List.of();
        return base.isEmpty() || ours.isEmpty()
                ? Double.NaN : Spread.of(ours).ratioTo(Spread.of(base));
    }
}
