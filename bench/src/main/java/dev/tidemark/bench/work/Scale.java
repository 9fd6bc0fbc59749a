package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Load;

/// How long a comparison takes: how many runs of each, and of what length.
///
/// @param runs    counted runs of each contender, after one warm-up
/// @param divisor of records and seconds: 1 for figures to keep, more for a quick look
public record Scale(int runs, int divisor) {

    /// A load cut to this scale.
    public Load of(Load whole) {
        return whole.dividedBy(divisor);
    }

    /// Seconds cut to this scale, not under five.
    public int seconds(int whole) {
        return Math.max(Math.min(whole, 5), whole / divisor);
    }
}
