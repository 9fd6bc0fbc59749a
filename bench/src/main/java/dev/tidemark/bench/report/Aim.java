package dev.tidemark.bench.report;

/// What a work is to reach by one metric.
///
/// @param contender label of the contender that it is for
/// @param against   what the bound is of
/// @param bound     least value where more is better, greatest where less is
public record Aim(String contender, Metric metric, Against against, double bound) {

    /// What a bound is of.
    public enum Against {
        /// The ratio of medians to the baseline's.
        BASELINE,
        /// The median itself, whatever the baseline does.
        NOTHING
    }

    /// An aim against the baseline.
    public Aim(String contender, Metric metric, double bound) {
        this(contender, metric, Against.BASELINE, bound);
    }

    /// A bound on the median itself.
    public static Aim of(String contender, Metric metric, double bound) {
        return new Aim(contender, metric, Against.NOTHING, bound);
    }

    /// What is judged of a work's results.
    ///
    /// @return not a number if it was not measured
    double value(WorkResult result) {
        if (!result.contenders().contains(contender)
                || result.values(contender, metric).isEmpty()) {
            return Double.NaN;
        }
        Spread ours = Spread.of(result.values(contender, metric));
        var base = result.values(result.contenders().getFirst(), metric);
        return switch (against) {
            case BASELINE -> base.isEmpty() ? Double.NaN : ours.ratioTo(Spread.of(base));
            case NOTHING -> ours.median();
        };
    }

    /// Whether a value is as good as the bound or better.
    boolean isMetBy(double value) {
        return metric.meets(value, bound);
    }

    /// How a value reads: `0.6×` of the baseline, or `0.6` alone.
    String text(double value) {
        return Numbers.table(value) + sign();
    }

    /// How the aim reads: `≥ 1.5×` where more is better, `≤ 0.6×` where less is.
    String text() {
        return metric.direction() + Numbers.plain(bound) + sign();
    }

    private String sign() {
        return against == Against.BASELINE ? "×" : "";
    }
}
