package dev.tidemark.bench.work;

import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import java.util.List;

/// One row of the comparison: something that a server does, and how it is measured.
public interface Workload {
    /// The name to ask for it by, words joined by `-`.
    String name();

    /// One line that says what is done.
    String title();

    /// What the subject is to reach.
    List<Aim> aims();

    /// Who takes part, the baseline first.
    List<Contender> contenders(Lineup lineup);

    /// Whether a run before the first counted one brings the servers to their speed. Not so where
    /// each run starts a server of its own.
    boolean warmsUp();

    /// Counted runs of each contender, when asked for so many: long works make do with fewer.
    default int runs(int asked) {
        return asked;
    }

    /// About how many seconds one run of one contender takes, for sharing time out and for telling
    /// how much is left.
    double secondsPerRun(Scale scale);

    /// Why this machine cannot do it, or null when it can.
    default String obstacle(Bed bed) throws Exception {
        return null;
    }

    /// Does it once for one contender.
    Figures measure(Contender contender, Bed bed) throws Exception;
}
