package dev.tidemark.broker;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.store.LogDir;
import java.util.List;

/// What a node does for its partitions without being asked: forgets old records, and deletes the
/// files that they were in.
///
/// Each loop goes over its own partitions once per `log.retention.check.interval.ms`, a few at a
/// time; between two rounds one timer waits per loop, and nothing else.
public final class Housekeeper {
    private final Means means;
    private final Partitions partitions;
    private final long checkMs;

    /// What housekeeping works with.
    ///
    /// @param dir where partitions lie, opened before anything else is
    /// @param offload where files are deleted
    /// @param trace where failures are told
    public record Means(LogDir dir, Offload offload, Trace trace) {
    }

    /// @param partitions what is kept tidy
    /// @param checkMs `log.retention.check.interval.ms`
    public Housekeeper(Means means, Partitions partitions, long checkMs) {
        this.means = means;
        this.partitions = partitions;
        this.checkMs = checkMs;
    }

    /// Begins on each loop. Once, from any thread, when all partitions are known.
    public void start(List<Loop> loops) {
        for (Loop loop : loops) {
            var round = new RetentionRound(loop, means, partitions, checkMs);
            loop.execute(round::await);
        }
    }
}
