package dev.tidemark.bench.work;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How a comparison's time is shared out among its works, and how much of it is left.
///
/// A work gets its share by the estimate of what all its runs take; what one work leaves goes to
/// those behind it, and what one takes too much is missing for them. So the whole ends in time,
/// at the price of fewer runs.
///
/// Times are monotonic nanoseconds. Confined to one thread.
final class Timetable {
    private static final double NS = 1e9;
    private static final long NS_PER_MINUTE = 60_000_000_000L;
    private final Scale scale;
    private final Lineup lineup;
    private final long endNs;
    private final Map<String, Double> estimates = new HashMap<>();
    /// What the works so far took, over what was expected of them.
    private double takenSeconds;
    private double expectedSeconds;

    Timetable(List<Workload> works, Scale scale, Lineup lineup, long nowNs) {
        this.scale = scale;
        this.lineup = lineup;
        endNs = nowNs + scale.minutes() * NS_PER_MINUTE;
        works.forEach(work -> estimates.put(work.name(), estimate(work)));
    }

    private double estimate(Workload work) {
        int runs = work.runs(scale.runs()) + (work.warmsUp() ? 1 : 0);
        return runs * work.contenders(lineup).size() * work.secondsPerRun(scale);
    }

    /// When a work that begins now should have ended.
    long endOf(Workload work, long nowNs) {
        double all = estimates.values().stream().mapToDouble(Double::doubleValue).sum();
        double share = estimates.get(work.name()) / all;
        return nowNs + (long) (Math.max(0, endNs - nowNs) * share);
    }

    /// A work has ended, or needs not run.
    ///
    /// @param seconds that it took; 0 if it did not run
    void done(Workload work, double seconds) {
        Double expected = estimates.remove(work.name());
        if (expected != null && seconds > 0) {
            takenSeconds += seconds;
            expectedSeconds += expected;
        }
    }

    /// Seconds until everything is done: what is expected of the works that are left, by what the
    /// others have taken, but never beyond the end.
    double secondsLeft(long nowNs) {
        double left = estimates.values().stream().mapToDouble(Double::doubleValue).sum();
        double pace = expectedSeconds > 0 ? takenSeconds / expectedSeconds : 1;
        return Math.min(left * pace, Math.max(0, (endNs - nowNs) / NS));
    }

    /// Works that are not done.
    int worksLeft() {
        return estimates.size();
    }
}
