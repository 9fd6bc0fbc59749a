package dev.tidemark.bench.report;

import java.util.Arrays;
import java.util.List;

/// The median of several runs, with the least and the greatest of them.
public record Spread(double median, double min, double max, int count) {

    /// The spread of at least one value. Of an even number of values, the median is the mean of
    /// the middle two.
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values to take a median of");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /// This median as a multiple of another's; not a number when that is zero.
    public double ratioTo(Spread baseline) {
        return baseline.median == 0 ? Double.NaN : median / baseline.median;
    }

    /// `median (min..max)`, or the value alone when there was one run.
    public String text() {
        String middle = Numbers.table(median);
        return count == 1
                ? middle
                : middle + " (" + Numbers.table(min) + ".." + Numbers.table(max) + ")";
    }
}
