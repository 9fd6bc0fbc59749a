package dev.tidemark.broker.offsets;

import dev.tidemark.log.ReadView;

/// How far into a log the one who asks may see.
enum OffsetScope {
    /// Replicas and debuggers: to the log end.
    EVERYTHING,
    /// Consumers: to the high watermark.
    COMMITTED,
    /// Consumers that read committed transactions only: to the last stable offset.
    STABLE;

    private static final int CONSUMER = -1;
    private static final byte READ_COMMITTED = 1;

    static OffsetScope of(int replicaId, byte isolationLevel) {
        if (replicaId != CONSUMER) {
            return EVERYTHING;
        }
        return isolationLevel == READ_COMMITTED ? STABLE : COMMITTED;
    }

    /// The first offset out of sight.
    long endOf(ReadView view) {
        return switch (this) {
            case EVERYTHING -> view.logEndOffset();
            case COMMITTED -> view.highWatermark();
            case STABLE -> view.lastStableOffset();
        };
    }
}
