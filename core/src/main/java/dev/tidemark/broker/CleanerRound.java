package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.log.Cleanable;
import dev.tidemark.log.LogConfig;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.Errors;

/// Cleans the node's compacted logs, one at a time: the dirtiest first, and none that its
/// configuration finds clean enough.
///
/// Every `log.cleaner.backoff.ms` it asks each open compacted log, on the log's own loop, how dirty
/// it is; after a cleaning it asks again at once. A log that could not be cleaned is told and left
/// alone until the node starts again.
///
/// Confined to its loop.
public final class CleanerRound {
    private final Loop home;
    private final Housekeeper.Means means;
    private final Partitions partitions;
    private final Supplier<Allowance> allowance;
    private final Set<Partition> uncleanable = new HashSet<>();
    /// Where the range ended of which nothing could be cleaned.
    private final Map<Partition, Long> fruitless = new HashMap<>();
    private Partition best;
    private double bestRatio;
    private int asked;

    /// What a cleaning may take.
    ///
    /// @param backoffMs `log.cleaner.backoff.ms`
    /// @param mapBytes `log.cleaner.dedupe.buffer.size`; less is taken where a log needs less
    /// @param bytesPerSecond `log.cleaner.io.max.bytes.per.second`
    public record Allowance(long backoffMs, long mapBytes, double bytesPerSecond) {
        private static final long MOST_MAP_BYTES = 32 << 20;
        private static final long LEAST_BACKOFF_MS = 100;

        /// Bounds both: memory is bounded, and a loop is not kept busy by looking.
        public Allowance {
            backoffMs = Math.max(LEAST_BACKOFF_MS, backoffMs);
            mapBytes = Math.clamp(mapBytes, 1, MOST_MAP_BYTES);
            bytesPerSecond = Math.max(1, bytesPerSecond);
        }
    }

    /// @param home the loop that decides what is cleaned next
    /// @param partitions what is kept clean
    /// @param allowance as it is now; asked by any loop, before each look and each step
    public CleanerRound(Loop home, Housekeeper.Means means, Partitions partitions,
            Supplier<Allowance> allowance) {
        this.home = home;
        this.means = means;
        this.partitions = partitions;
        this.allowance = allowance;
    }

    /// Waits for the next look. On the home loop.
    public void await() {
        check(home.inLoop(), "cleaning is decided on one loop");
        home.schedule(allowance.get().backoffMs, this::look);
    }

    private void look() {
        check(asked == 0, "one look at a time", asked);
        best = null;
        bestRatio = 0;
        List<Partition> open = compacted();
        if (open.isEmpty()) {
            await();
            return;
        }
        asked = open.size();
        for (Partition partition : open) {
            partition.loop().execute(() -> {
                Cleanable range = rangeOf(partition);
                home.execute(() -> answered(partition, range));
            });
        }
    }

    private List<Partition> compacted() {
        var open = new ArrayList<Partition>();
        for (Partitions.Entry topic : partitions.entries()) {
            for (Partition partition : topic.all()) {
                if (partition != null && partition.settings().log().compact()
                        && partition.view() != null
                        && partition.offline() == Errors.NONE
                        && partition.view().highWatermark() > 0
                        && !uncleanable.contains(partition)) {
                    open.add(partition);
                }
            }
        }
        return open;
    }

    /// On the partition's loop; null if there is nothing to do.
    private Cleanable rangeOf(Partition partition) {
        if (partition.offline() != Errors.NONE || partition.log() == null) {
            return null;
        }
        try {
            LogConfig config = partition.settings().log();
            long nowMs = partition.loop().clock().millis();
            if (config.cleaning().maxLagMs() < Long.MAX_VALUE) {
                partition.log().rollIfOld(nowMs, config.cleaning().maxLagMs());
            }
            Cleanable range = partition.log().cleanable(means.dir().cleanedUpTo(partition),
                    partition.view().lastStableOffset(), nowMs);
            return range.isDue(config) ? range : null;
        } catch (IOException unreadable) {
            means.trace().warn("partition=" + partition.name()
                    + " could not be looked at for cleaning cause=" + unreadable);
            return null;
        }
    }

    private void answered(Partition partition, Cleanable range) {
        asked--;
        if (range != null && range.end() > fruitless.getOrDefault(partition, -1L)) {
            double ratio = range.overdue() ? 1 + range.ratio() : range.ratio();
            if (best == null || ratio > bestRatio) {
                best = partition;
                bestRatio = ratio;
            }
        }
        if (asked == 0 && best == null) {
            await();
        } else if (asked == 0) {
            clean(best);
        }
    }

    private void clean(Partition partition) {
        partition.loop().execute(() -> means.dir().flush(partition, () -> {
            Cleanable range = rangeOf(partition);
            if (range == null || !range.settled()) {
                ended(partition, CleanerRun.Result.GIVEN_UP, 0);
                return;
            }
            new CleanerRun(means, partition, allowance,
                    (end, offset) -> ended(partition, end, offset)).begin(range);
        }));
    }

    /// On the partition's loop.
    private void ended(Partition partition, CleanerRun.Result end, long rangeEnd) {
        home.execute(() -> {
            switch (end) {
                case DONE -> look();
                case GIVEN_UP -> await();
                case FRUITLESS -> {
                    fruitless.put(partition, rangeEnd);
                    look();
                }
                case FAILED -> {
                    uncleanable.add(partition);
                    await();
                }
            }
        });
    }
}
