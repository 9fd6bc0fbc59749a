package dev.tidemark.control;

import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.internal.CompressionType;

/// Every configuration of a topic: Kafka 4.4's, with Kafka's defaults, and our own.
///
/// Stateless. Does no I/O.
final class TopicConfigDefs {
    private static final long HOUR_MS = 3_600_000L;
    private static final long DAY_MS = 24 * HOUR_MS;
    /// The largest array that a JVM is sure to allocate.
    private static final int MAX_RECORD_BYTES = Integer.MAX_VALUE - 8;

    private TopicConfigDefs() {
    }

    static List<ConfigSpec> retention() {
        return List.of(
                ConfigSpec.of("cleanup.policy", LIST, List.of("delete"),
                        ValidList.in("compact", "delete"),
                        "What becomes of old records: `delete` drops whole segments by age or "
                        + "size, `compact` keeps the latest record of each key, both together "
                        + "do both. Empty keeps everything.")
                        .orBroker("log.cleanup.policy"),
                ConfigSpec.of("retention.ms", LONG, 7 * DAY_MS, atLeast(-1),
                        "How long a record is kept at least, in milliseconds, under the delete "
                        + "policy. -1 keeps it for ever.")
                        .orBroker("log.retention.ms")
                        .orBroker("log.retention.minutes", HOUR_MS / 60)
                        .orBroker("log.retention.hours", HOUR_MS),
                ConfigSpec.of("retention.bytes", LONG, -1L, null,
                        "The size that a partition may grow to before its oldest segments go, "
                        + "in bytes, under the delete policy. -1 sets no bound.")
                        .orBroker("log.retention.bytes"),
                ConfigSpec.of("delete.retention.ms", LONG, DAY_MS, atLeast(0),
                        "How long a removal (a record without a value) stays readable in a "
                        + "compacted topic, in milliseconds.")
                        .orBroker("log.cleaner.delete.retention.ms"),
                ConfigSpec.of("min.cleanable.dirty.ratio", DOUBLE, 0.5, between(0, 1),
                        "The share of a compacted log that must be uncleaned before cleaning is "
                        + "worth its cost.")
                        .orBroker("log.cleaner.min.cleanable.ratio"),
                ConfigSpec.of("min.compaction.lag.ms", LONG, 0L, atLeast(0),
                        "How long a record is safe from being cleaned away, in milliseconds.")
                        .orBroker("log.cleaner.min.compaction.lag.ms"),
                ConfigSpec.of("max.compaction.lag.ms", LONG, Long.MAX_VALUE, atLeast(1),
                        "How long a record may wait for cleaning at most, in milliseconds.")
                        .orBroker("log.cleaner.max.compaction.lag.ms"),
                ConfigSpec.of("file.delete.delay.ms", LONG, 60_000L, atLeast(0),
                        "How long a dropped segment's file stays on disk for readers that are "
                        + "still in it, in milliseconds.")
                        .orBroker("log.segment.delete.delay.ms"));
    }

    static List<ConfigSpec> segments() {
        return List.of(
                ConfigSpec.of("segment.bytes", INT, 1 << 30, atLeast(1 << 20),
                        "The size at which a new segment begins, in bytes.")
                        .orBroker("log.segment.bytes"),
                ConfigSpec.of("segment.ms", LONG, 7 * DAY_MS, atLeast(1),
                        "The age at which a new segment begins, in milliseconds.")
                        .orBroker("log.roll.ms").orBroker("log.roll.hours", HOUR_MS),
                ConfigSpec.of("segment.jitter.ms", LONG, 0L, atLeast(0),
                        "How much earlier than segment.ms a segment may begin, at random, so "
                        + "that many partitions do not roll at once, in milliseconds.")
                        .orBroker("log.roll.jitter.ms").orBroker("log.roll.jitter.hours", HOUR_MS),
                ConfigSpec.of("segment.index.bytes", INT, 10 << 20, atLeast(4),
                        "The largest offset index of a segment, in bytes; a full one begins a "
                        + "new segment.")
                        .orBroker("log.index.size.max.bytes"),
                ConfigSpec.of("index.interval.bytes", INT, 4096, atLeast(0),
                        "How many bytes of records stand between two entries of the index.")
                        .orBroker("log.index.interval.bytes"),
                ConfigSpec.of("flush.messages", LONG, Long.MAX_VALUE, atLeast(1),
                        "Kafka's forced flush by count. With tidemark.durability=sync every "
                        + "acknowledged record is on disk anyway.")
                        .orBroker("log.flush.interval.messages"),
                ConfigSpec.of("flush.ms", LONG, Long.MAX_VALUE, atLeast(0),
                        "Kafka's forced flush by time. With tidemark.durability=sync every "
                        + "acknowledged record is on disk anyway.")
                        .orBroker("log.flush.interval.ms")
                        .orBroker("log.flush.scheduler.interval.ms"),
                ConfigSpec.of("preallocate", BOOLEAN, false, null,
                        "Kafka's preallocation of segment files; accepted, and without effect.")
                        .orBroker("log.preallocate"));
    }

    static List<ConfigSpec> records() {
        return List.of(
                ConfigSpec.of("max.message.bytes", INT, 1_048_588, atLeast(0),
                        "The largest record batch that is accepted, as it is sent, in bytes.")
                        .orBroker("message.max.bytes"),
                ConfigSpec.of("max.decompressed.message.bytes", INT, MAX_RECORD_BYTES,
                        between(1, MAX_RECORD_BYTES),
                        "The largest single record that is accepted once decompressed, in "
                        + "bytes.")
                        .orBroker("max.decompressed.message.bytes"),
                ConfigSpec.of("compression.type", STRING, "producer",
                        ValidString.in("uncompressed", "zstd", "lz4", "snappy", "gzip",
                                "producer"),
                        "How record batches are stored: as the producer compressed them, or "
                        + "compressed anew in this way.")
                        .orBroker("compression.type"),
                ConfigSpec.of("compression.gzip.level", INT, -1, CompressionType.GZIP
                        .levelValidator(), "The level with compression.type=gzip.")
                        .orBroker("compression.gzip.level"),
                ConfigSpec.of("compression.lz4.level", INT, 9, CompressionType.LZ4
                        .levelValidator(), "The level with compression.type=lz4.")
                        .orBroker("compression.lz4.level"),
                ConfigSpec.of("compression.zstd.level", INT, 3, CompressionType.ZSTD
                        .levelValidator(), "The level with compression.type=zstd.")
                        .orBroker("compression.zstd.level"),
                ConfigSpec.of("message.timestamp.type", STRING, "CreateTime",
                        ValidString.in("CreateTime", "LogAppendTime"),
                        "Whether a record carries the time that its producer gave it, or the "
                        + "time of its arrival.")
                        .orBroker("log.message.timestamp.type"),
                ConfigSpec.of("message.timestamp.before.max.ms", LONG, Long.MAX_VALUE,
                        atLeast(0), "How far a producer's timestamp may lie before the time of "
                        + "arrival, in milliseconds.")
                        .orBroker("log.message.timestamp.before.max.ms"),
                ConfigSpec.of("message.timestamp.after.max.ms", LONG, HOUR_MS, atLeast(0),
                        "How far a producer's timestamp may lie after the time of arrival, in "
                        + "milliseconds.")
                        .orBroker("log.message.timestamp.after.max.ms"));
    }

    static List<ConfigSpec> replication() {
        return List.of(
                ConfigSpec.of("tidemark.durability", STRING, "sync",
                        ValidString.in("sync", "os"),
                        "What an acknowledgement means: `sync`, the records are on disk; `os`, "
                        + "the operating system has them, and a power cut may take them.")
                        .orBroker("tidemark.durability"),
                ConfigSpec.of("min.insync.replicas", INT, 1, atLeast(1),
                        "How many replicas must be in sync for an acks=all write to be taken.")
                        .orBroker("min.insync.replicas"),
                ConfigSpec.of("unclean.leader.election.enable", BOOLEAN, false, null,
                        "Whether a replica that may lack acknowledged records may lead when no "
                        + "other is left.")
                        .orBroker("unclean.leader.election.enable"),
                ConfigSpec.of("leader.replication.throttled.replicas", LIST, List.of(),
                        throttled(), "The replicas, as partition:broker or *, whose leaders "
                        + "send at the throttled rate."),
                ConfigSpec.of("follower.replication.throttled.replicas", LIST, List.of(),
                        throttled(), "The replicas, as partition:broker or *, that fetch at the "
                        + "throttled rate."));
    }

    static List<ConfigSpec> tiering() {
        return List.of(
                ConfigSpec.of("remote.storage.enable", BOOLEAN, false, null,
                        "Whether old segments move to remote storage. There is none here: only "
                        + "false is taken."),
                ConfigSpec.of("remote.log.copy.disable", BOOLEAN, false, null,
                        "Whether a topic with remote storage stops copying to it."),
                ConfigSpec.of("remote.log.delete.on.disable", BOOLEAN, false, null,
                        "Whether remote segments go when remote storage is switched off."),
                ConfigSpec.of("remote.copy.lag.ms", LONG, 0L, atLeast(-1),
                        "The age at which a segment may be copied to remote storage, in "
                        + "milliseconds; -1 for the local retention time.")
                        .orBroker("log.remote.copy.lag.ms"),
                ConfigSpec.of("remote.copy.lag.bytes", LONG, -1L, atLeast(-1),
                        "How many newer bytes let a segment be copied to remote storage; -1 for "
                        + "the local retention size.")
                        .orBroker("log.remote.copy.lag.bytes"),
                ConfigSpec.of("local.retention.ms", LONG, -2L, atLeast(-2),
                        "How long a segment stays local once it is remote, in milliseconds; -2 "
                        + "for retention.ms.")
                        .orBroker("log.local.retention.ms"),
                ConfigSpec.of("local.retention.bytes", LONG, -2L, atLeast(-2),
                        "How many bytes stay local once they are remote; -2 for "
                        + "retention.bytes.")
                        .orBroker("log.local.retention.bytes"),
                ConfigSpec.of("errors.deadletterqueue.group.enable", BOOLEAN, false, null,
                        "Whether share groups may write what they cannot deliver to this "
                        + "topic."));
    }

    private static LambdaValidator throttled() {
        return LambdaValidator.with(TopicConfigDefs::checkThrottled,
                () -> "partition:broker,partition:broker,... or *");
    }

    private static void checkThrottled(String name, Object value) {
        if (!(value instanceof List<?> parts) || parts.equals(List.of("*"))) {
            return;
        }
        for (var part : parts) {
            if (!part.toString().matches("\\d+:\\d+")) {
                throw new ConfigException(name, value,
                        "each entry is partition:broker, or the whole is *");
            }
        }
    }
}
