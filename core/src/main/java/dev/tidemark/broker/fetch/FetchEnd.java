package dev.tidemark.broker.fetch;

import dev.tidemark.log.ReadView;

/// How far a fetch may read.
enum FetchEnd {
    /// Up to the last stable offset.
    STABLE,
    /// Up to the high watermark.
    COMMITTED,
    /// Up to the log's end: another replica.
    LOG_END;

    long in(ReadView view) {
        return switch (this) {
            case STABLE -> view.lastStableOffset();
            case COMMITTED -> view.highWatermark();
            case LOG_END -> view.logEndOffset();
        };
    }
}
