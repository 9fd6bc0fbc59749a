package dev.tidemark.bench.report;

import java.util.List;

/// The results as a Markdown table: one row for each work, metric and contender.
public final class MarkdownTable {
    private final StringBuilder text = new StringBuilder();

    private MarkdownTable() {}

    /// The whole table, medians with minimum and maximum, and the ratio of medians.
    public static String of(List<WorkResult> results) {
        MarkdownTable table = new MarkdownTable();
        table.line("work", "figure", "baseline", "contender", "measured", "ratio", "aim");
        table.line("---", "---", "---", "---", "---", "---", "---");
        results.forEach(table::rows);
        return table.text.toString();
    }

    private void rows(WorkResult result) {
        List<String> labels = result.contenders();
        String baseline = labels.getFirst();
        if (labels.size() == 1) {
            alone(result, baseline);
            return;
        }
        for (String label : labels.subList(1, labels.size())) {
            for (Metric metric : result.metrics(label)) {
                row(result, baseline, label, metric);
            }
        }
    }

    private void alone(WorkResult result, String baseline) {
        boolean isOurs = result.aims().stream().anyMatch(aim -> aim.contender().equals(baseline));
        for (Metric metric : result.metrics(baseline)) {
            String spread = Spread.of(result.values(baseline, metric)).text();
            line(result.work(), metric.label(), isOurs ? "" : spread, isOurs ? baseline : "",
                    isOurs ? spread : "", "", aimText(result, result.aim(baseline, metric)));
        }
    }

    private void row(WorkResult result, String baseline, String label, Metric metric) {
        Spread measured = Spread.of(result.values(label, metric));
        List<Double> baselineRuns = result.values(baseline, metric);
        if (baselineRuns.isEmpty()) {
            line(result.work(), metric.label(), "", label, measured.text(), "", "");
            return;
        }
        Spread base = Spread.of(baselineRuns);
        double ratio = measured.ratioTo(base);
        line(result.work(), metric.label(), base.text(), label, measured.text(),
                Double.isNaN(ratio) ? "" : Numbers.table(ratio) + "×",
                aimText(result, result.aim(label, metric)));
    }

    private static String aimText(WorkResult result, Aim aim) {
        if (aim == null) {
            return "";
        }
        return aim.text() + (aim.isMetBy(aim.value(result)) ? " met" : " **missed**");
    }

    private void line(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
