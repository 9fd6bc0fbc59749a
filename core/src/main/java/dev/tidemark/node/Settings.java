package dev.tidemark.node;

import dev.tidemark.control.TopicConfig;
import dev.tidemark.log.LogConfig;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.PartitionSettings;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;

/// Translates a topic's configuration into what its partitions, logs and batch checks go by.
final class Settings {
    private static final String KEEP_THE_PRODUCERS = "producer";
    private static final String UNCOMPRESSED = "uncompressed";

    private Settings() {
    }

    static PartitionSettings of(TopicConfig config) {
        return new PartitionSettings(log(config), rules(config), config.durability(),
                config.minInsyncReplicas());
    }

    private static LogConfig log(TopicConfig config) {
        var rolling = new LogConfig.Rolling(config.segmentBytes(), config.segmentMs(),
                config.segmentJitterMs(), config.indexIntervalBytes(), config.segmentIndexBytes());
        var retention = new LogConfig.Retention(config.isDeleted(), config.retentionMs(),
                config.retentionBytes(), config.fileDeleteDelayMs());
        var cleaning = new LogConfig.Cleaning(config.isCompacted(),
                config.minCleanableDirtyRatio(), config.minCompactionLagMs(),
                config.maxCompactionLagMs(), config.deleteRetentionMs());
        return new LogConfig(rolling, retention, cleaning);
    }

    private static BatchRules rules(TopicConfig config) {
        return new BatchRules(config.maxMessageBytes(),
                config.isLogAppendTime()
                        ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
                config.timestampBeforeMaxMs(), config.timestampAfterMaxMs(), config.isCompacted(),
                compression(config.compressionType()),
                config.compressionLevel(config.compressionType()));
    }

    private static CompressionType compression(String name) {
        return switch (name) {
            case KEEP_THE_PRODUCERS -> null;
            case UNCOMPRESSED -> CompressionType.NONE;
            default -> CompressionType.forName(name);
        };
    }
}
