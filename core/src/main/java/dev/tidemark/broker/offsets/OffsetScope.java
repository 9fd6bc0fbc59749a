package dev.tidemark.broker.offsets;

import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.replica.Partition;
import java.io.IOException;

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

    /// A view that reaches as far as this. On the partition's loop.
    ReadView viewOf(Partition partition, Log log) throws IOException {
        ReadView published = partition.view();
        return switch (this) {
            case COMMITTED, STABLE -> published;
            // What was appended since is published when it is committed.
            case EVERYTHING ->
                log.view(published.highWatermark(), published.lastStableOffset());
        };
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
