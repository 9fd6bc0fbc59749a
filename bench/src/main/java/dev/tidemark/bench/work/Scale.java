package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Load;

/// How long a comparison takes: how many runs of each, of what length, and in how much time.
///
/// @param runs    counted runs of each contender, after one warm-up; at least one
/// @param divisor of records and seconds: 1 for figures to keep, more for a quick look
/// @param minutes that all works may take: works whose share is used up make do with fewer runs
public record Scale(int runs, int divisor, int minutes) {
    private static final int QUICK_DIVISOR = 4;
    private static final int QUICK_RUNS = 3;
    private static final int QUICK_MINUTES = 25;
    private static final int MINUTES = 150;

    /// Figures to keep.
    ///
    /// @param minutes 0 for the usual bound
    public static Scale whole(int runs, int minutes) {
        return new Scale(runs, 1, minutes > 0 ? minutes : MINUTES);
    }

    /// A quick look.
    ///
    /// @param minutes 0 for the usual bound
    public static Scale quick(int runs, int minutes) {
        return new Scale(Math.min(runs, QUICK_RUNS), QUICK_DIVISOR,
                minutes > 0 ? minutes : QUICK_MINUTES);
    }

    /// Whether it is the quick look.
    public boolean isQuick() {
        return divisor > 1;
    }

    /// A load cut to this scale.
    public Load of(Load whole) {
        return whole.dividedBy(divisor);
    }

    /// Seconds cut to this scale, not under five.
    public int seconds(int whole) {
        return Math.max(Math.min(whole, 5), whole / divisor);
    }

    /// One line for whoever reads the figures.
    public String text() {
        return runs + " runs each" + (isQuick() ? ", a quarter of the length" : "") + ", at most "
                + minutes + " minutes in all";
    }
}
