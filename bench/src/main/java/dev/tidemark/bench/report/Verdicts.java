package dev.tidemark.bench.report;

import java.util.ArrayList;
import java.util.List;

/// What became of the aims, a line each, and how many were met.
public final class Verdicts {
    private Verdicts() {}

    /// One line for each aim that what was measured says something of.
    public static List<String> of(WorkResult result) {
        List<String> lines = new ArrayList<>();
        for (Aim aim : result.aims()) {
            double value = aim.value(result);
            if (!Double.isNaN(value)) {
                lines.add(aim.contender() + " " + aim.metric().label() + " " + aim.text(value)
                        + ", aim " + aim.text() + (aim.isMetBy(value) ? ": met" : ": MISSED"));
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
                double value = aim.value(result);
                if (!Double.isNaN(value)) {
                    all++;
                    if (!aim.isMetBy(value)) {
                        missed.add(result.work() + " (" + aim.contender() + ", "
                                + aim.metric().label() + " " + aim.text(value) + " for "
                                + aim.text() + ")");
                    }
                }
            }
        }
        String met = all - missed.size() + " of " + all + " aims met";
        return missed.isEmpty() ? met : met + "; missed: " + String.join(", ", missed);
    }
}
