package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

/// How one log rolls, forgets and is cleaned: the part of a topic's configuration that the log
/// itself obeys.
///
/// @param rolling when a new segment begins and how densely it is indexed
/// @param retention what is forgotten by age and size
/// @param cleaning what is forgotten because a later record has the same key
public record LogConfig(Rolling rolling, Retention retention, Cleaning cleaning) {
    /// Kafka's defaults: 1 GiB, a week, delete.
    public static final LogConfig DEFAULTS = new LogConfig(Rolling.DEFAULTS,
            Retention.DEFAULTS, Cleaning.OFF);

    /// @param segmentBytes `segment.bytes`
    /// @param segmentMs `segment.ms`
    /// @param segmentJitterMs what is taken off `segmentMs`, drawn once per log so that many logs
    ///     don't roll together
    /// @param indexIntervalBytes `index.interval.bytes`: log bytes between two index entries
    /// @param indexBytes `segment.index.bytes`: a full index rolls the segment
    public record Rolling(int segmentBytes, long segmentMs, long segmentJitterMs,
            int indexIntervalBytes, int indexBytes) {
        /// Kafka's defaults.
        public static final Rolling DEFAULTS =
                new Rolling(1 << 30, 604_800_000L, 0, 4096, 10 << 20);

        /// Checks what the topic's configuration has promised.
        public Rolling {
            check(segmentBytes > 0 && segmentMs > 0, "a segment may hold something",
                    segmentBytes, segmentMs);
            check(indexIntervalBytes >= 0 && indexBytes >= 4, "an index may hold something",
                    indexIntervalBytes, indexBytes);
        }
    }

    /// @param delete true if `cleanup.policy` holds `delete`
    /// @param ms `retention.ms`; -1 for ever
    /// @param bytes `retention.bytes`; -1 for any size
    /// @param fileDeleteDelayMs `file.delete.delay.ms`: how long readers in flight may take
    public record Retention(boolean delete, long ms, long bytes, long fileDeleteDelayMs) {
        /// Kafka's defaults.
        public static final Retention DEFAULTS = new Retention(true, 604_800_000L, -1, 60_000);
    }

    /// @param compact true if `cleanup.policy` holds `compact`
    /// @param minCleanableRatio `min.cleanable.dirty.ratio`
    /// @param minLagMs `min.compaction.lag.ms`
    /// @param maxLagMs `max.compaction.lag.ms`
    /// @param deleteRetentionMs `delete.retention.ms`: how long a tombstone stays readable
    public record Cleaning(boolean compact, double minCleanableRatio, long minLagMs,
            long maxLagMs, long deleteRetentionMs) {
        /// Kafka's defaults, without `compact`.
        public static final Cleaning OFF =
                new Cleaning(false, 0.5, 0, Long.MAX_VALUE, 86_400_000L);
        /// Kafka's defaults with `compact`.
        public static final Cleaning ON = new Cleaning(true, 0.5, 0, Long.MAX_VALUE, 86_400_000L);
    }

    /// `segment.bytes`.
    public int segmentBytes() {
        return rolling.segmentBytes;
    }

    /// Age at which a segment rolls, the jitter taken off.
    public long rollAfterMs() {
        return Math.max(0, rolling.segmentMs - rolling.segmentJitterMs);
    }

    /// True if `cleanup.policy` holds `compact`.
    public boolean compact() {
        return cleaning.compact;
    }

    /// True if `cleanup.policy` holds `delete`.
    public boolean delete() {
        return retention.delete;
    }

    /// The same with another rolling.
    public LogConfig with(Rolling other) {
        return new LogConfig(other, retention, cleaning);
    }

    /// The same with another retention.
    public LogConfig with(Retention other) {
        return new LogConfig(rolling, other, cleaning);
    }

    /// The same with another cleaning.
    public LogConfig with(Cleaning other) {
        return new LogConfig(rolling, retention, other);
    }
}
