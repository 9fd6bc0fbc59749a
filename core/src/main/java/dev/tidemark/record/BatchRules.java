package dev.tidemark.record;

import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;

/// What a topic's configuration asks of a client's batch.
///
/// @param maxMessageBytes `max.message.bytes`: the longest batch
/// @param timestampType `message.timestamp.type`
/// @param timestampBeforeMaxMs `message.timestamp.before.max.ms`
/// @param timestampAfterMaxMs `message.timestamp.after.max.ms`
/// @param keysRequired true if the topic is compacted: every record has a key
/// @param compression `compression.type`; null to keep the producer's
/// @param compressionLevel the level for recompression, as `compression.<codec>.level`
public record BatchRules(int maxMessageBytes, TimestampType timestampType,
        long timestampBeforeMaxMs, long timestampAfterMaxMs, boolean keysRequired,
        CompressionType compression, int compressionLevel) {
    /// Kafka's defaults.
    public static final BatchRules DEFAULTS = new BatchRules(1_048_588,
            TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000L, false, null, 0);

    /// True if the node stamps the records.
    public boolean isLogAppendTime() {
        return timestampType == TimestampType.LOG_APPEND_TIME;
    }
}
