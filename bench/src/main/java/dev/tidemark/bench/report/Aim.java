package dev.tidemark.bench.report;

/// What a work is to reach against the baseline: a bound on the ratio of medians of one metric.
///
/// @param contender label of the contender that it is for
/// @param bound     least ratio where more is better, greatest where less is
public record Aim(String contender, Metric metric, double bound) {}
