package dev.tidemark.control;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Durability;
import java.util.List;
import java.util.Map;

/// What holds for one topic, typed: its own settings over the broker's over the defaults.
///
/// Each method looks its key up; whoever needs a value per request or per record reads it once
/// when the configuration changes ([MetadataDelta.ConfigChanged]) and keeps it. Topics without
/// settings of their own share one object.
///
/// Immutable. Does no I/O.
public final class TopicConfig {
    private final Map<String, Object> values;

    /// @param values parsed, one for each key of [ConfigDefs#TOPIC]
    TopicConfig(Map<String, Object> values) {
        this.values = values;
    }

    /// `tidemark.durability`.
    public Durability durability() {
        return text("tidemark.durability").equals("os") ? Durability.OS : Durability.SYNC;
    }

    /// `retention.ms`; -1 keeps for ever.
    public long retentionMs() {
        return number("retention.ms");
    }

    /// `retention.bytes`; negative sets no bound.
    public long retentionBytes() {
        return number("retention.bytes");
    }

    /// True if `cleanup.policy` names `compact`.
    public boolean isCompacted() {
        return list("cleanup.policy").contains("compact");
    }

    /// True if `cleanup.policy` names `delete`.
    public boolean isDeleted() {
        return list("cleanup.policy").contains("delete");
    }

    /// `delete.retention.ms`.
    public long deleteRetentionMs() {
        return number("delete.retention.ms");
    }

    /// `min.cleanable.dirty.ratio`, from 0 to 1.
    public double minCleanableDirtyRatio() {
        return (double) values.get("min.cleanable.dirty.ratio");
    }

    /// `min.compaction.lag.ms`.
    public long minCompactionLagMs() {
        return number("min.compaction.lag.ms");
    }

    /// `max.compaction.lag.ms`.
    public long maxCompactionLagMs() {
        return number("max.compaction.lag.ms");
    }

    /// `file.delete.delay.ms`.
    public long fileDeleteDelayMs() {
        return number("file.delete.delay.ms");
    }

    /// `segment.bytes`.
    public int segmentBytes() {
        return (int) values.get("segment.bytes");
    }

    /// `segment.ms`.
    public long segmentMs() {
        return number("segment.ms");
    }

    /// `segment.jitter.ms`.
    public long segmentJitterMs() {
        return number("segment.jitter.ms");
    }

    /// `segment.index.bytes`.
    public int segmentIndexBytes() {
        return (int) values.get("segment.index.bytes");
    }

    /// `index.interval.bytes`.
    public int indexIntervalBytes() {
        return (int) values.get("index.interval.bytes");
    }

    /// `max.message.bytes`: of a batch as sent.
    public int maxMessageBytes() {
        return (int) values.get("max.message.bytes");
    }

    /// `max.decompressed.message.bytes`: of one record.
    public int maxDecompressedMessageBytes() {
        return (int) values.get("max.decompressed.message.bytes");
    }

    /// `compression.type`: `producer`, `uncompressed`, or a codec's name.
    public String compressionType() {
        return text("compression.type");
    }

    /// The level for a codec's name, as its `compression.<codec>.level` says; 0 for codecs without
    /// levels.
    public int compressionLevel(String codec) {
        var level = values.get("compression." + codec + ".level");
        return level == null ? 0 : (int) level;
    }

    /// True if `message.timestamp.type` is `LogAppendTime`.
    public boolean isLogAppendTime() {
        return text("message.timestamp.type").equals("LogAppendTime");
    }

    /// `message.timestamp.before.max.ms`.
    public long timestampBeforeMaxMs() {
        return number("message.timestamp.before.max.ms");
    }

    /// `message.timestamp.after.max.ms`.
    public long timestampAfterMaxMs() {
        return number("message.timestamp.after.max.ms");
    }

    /// `min.insync.replicas`.
    public int minInsyncReplicas() {
        return (int) values.get("min.insync.replicas");
    }

    /// `unclean.leader.election.enable`.
    public boolean isUncleanElectionAllowed() {
        return (boolean) values.get("unclean.leader.election.enable");
    }

    /// `remote.storage.enable`; never true here, because it is refused.
    public boolean isRemoteStorageEnabled() {
        return (boolean) values.get("remote.storage.enable");
    }

    private long number(String key) {
        return (long) values.get(key);
    }

    private String text(String key) {
        return (String) values.get(key);
    }

    private List<?> list(String key) {
        return (List<?>) values.get(key);
    }
}
