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
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.internal.CompressionType;

/// The broker's configuration keys that mean something here, with Kafka 4.4's defaults.
///
/// A key of Kafka's that is not here has no effect on this server. Keys that a running broker
/// takes a new value for are dynamic; the others say so when one tries.
///
/// Stateless. Does no I/O.
public final class BrokerConfigDefs {
    /// The keys that count threads.
    public static final Set<String> THREADS = Set.of("num.network.threads", "num.io.threads",
            "num.replica.fetchers", "num.recovery.threads.per.data.dir", "background.threads",
            "log.cleaner.threads");

    /// The keys that a running broker takes no zero for, as nobody could change that any more.
    public static final Set<String> NEVER_ZERO =
            Set.of("max.connections", "max.connection.creation.rate");

    private static final int MAX_RECORD_BYTES = Integer.MAX_VALUE - 8;

    private BrokerConfigDefs() {
    }

    /// What topics take their defaults from.
    static List<ConfigSpec> logs() {
        return List.of(
                ConfigSpec.of("log.cleanup.policy", LIST, List.of("delete"),
                        ValidList.in("compact", "delete"), topicDefault("cleanup.policy")),
                ConfigSpec.of("log.retention.ms", LONG, null, atLeast(-1),
                        topicDefault("retention.ms")),
                ConfigSpec.of("log.retention.minutes", INT, null, null,
                        "As log.retention.ms, in minutes; log.retention.ms is stronger.")
                        .readOnly(),
                ConfigSpec.of("log.retention.hours", INT, 168, null,
                        "As log.retention.ms, in hours; the other two are stronger.").readOnly(),
                ConfigSpec.of("log.retention.bytes", LONG, -1L, null,
                        topicDefault("retention.bytes")),
                ConfigSpec.of("log.segment.bytes", INT, 1 << 30, atLeast(1 << 20),
                        topicDefault("segment.bytes")),
                ConfigSpec.of("log.roll.ms", LONG, null, atLeast(1), topicDefault("segment.ms")),
                ConfigSpec.of("log.roll.hours", INT, 168, atLeast(1),
                        "As log.roll.ms, in hours; log.roll.ms is stronger.").readOnly(),
                ConfigSpec.of("log.roll.jitter.ms", LONG, null, atLeast(0),
                        topicDefault("segment.jitter.ms")),
                ConfigSpec.of("log.roll.jitter.hours", INT, 0, atLeast(0),
                        "As log.roll.jitter.ms, in hours; log.roll.jitter.ms is stronger.")
                        .readOnly(),
                ConfigSpec.of("log.index.size.max.bytes", INT, 10 << 20, atLeast(4),
                        topicDefault("segment.index.bytes")),
                ConfigSpec.of("log.index.interval.bytes", INT, 4096, atLeast(0),
                        topicDefault("index.interval.bytes")),
                ConfigSpec.of("log.segment.delete.delay.ms", LONG, 60_000L, atLeast(0),
                        topicDefault("file.delete.delay.ms")),
                ConfigSpec.of("log.flush.interval.messages", LONG, Long.MAX_VALUE, atLeast(1),
                        topicDefault("flush.messages")),
                ConfigSpec.of("log.flush.interval.ms", LONG, null, null,
                        topicDefault("flush.ms")),
                ConfigSpec.of("log.flush.scheduler.interval.ms", LONG, Long.MAX_VALUE, null,
                        "As log.flush.interval.ms, which is stronger.").readOnly(),
                ConfigSpec.of("log.preallocate", BOOLEAN, false, null,
                        topicDefault("preallocate")),
                ConfigSpec.of("log.retention.check.interval.ms", LONG, 300_000L, atLeast(1),
                        "How often old segments are looked for, in milliseconds.").readOnly());
    }

    /// What topics take their defaults from, about records and replicas.
    static List<ConfigSpec> records() {
        return List.of(
                ConfigSpec.of("message.max.bytes", INT, 1_048_588, atLeast(0),
                        topicDefault("max.message.bytes")),
                ConfigSpec.of("max.decompressed.message.bytes", INT, MAX_RECORD_BYTES,
                        between(1, MAX_RECORD_BYTES),
                        topicDefault("max.decompressed.message.bytes")),
                ConfigSpec.of("compression.type", STRING, "producer",
                        ValidString.in("uncompressed", "zstd", "lz4", "snappy", "gzip",
                                "producer"), topicDefault("compression.type")),
                ConfigSpec.of("compression.gzip.level", INT, -1,
                        CompressionType.GZIP.levelValidator(),
                        topicDefault("compression.gzip.level")),
                ConfigSpec.of("compression.lz4.level", INT, 9,
                        CompressionType.LZ4.levelValidator(),
                        topicDefault("compression.lz4.level")),
                ConfigSpec.of("compression.zstd.level", INT, 3,
                        CompressionType.ZSTD.levelValidator(),
                        topicDefault("compression.zstd.level")),
                ConfigSpec.of("log.message.timestamp.type", STRING, "CreateTime",
                        ValidString.in("CreateTime", "LogAppendTime"),
                        topicDefault("message.timestamp.type")),
                ConfigSpec.of("log.message.timestamp.before.max.ms", LONG, Long.MAX_VALUE,
                        atLeast(0), topicDefault("message.timestamp.before.max.ms")),
                ConfigSpec.of("log.message.timestamp.after.max.ms", LONG, 3_600_000L, atLeast(0),
                        topicDefault("message.timestamp.after.max.ms")),
                ConfigSpec.of("min.insync.replicas", INT, 1, atLeast(1),
                        topicDefault("min.insync.replicas")),
                ConfigSpec.of("unclean.leader.election.enable", BOOLEAN, false, null,
                        topicDefault("unclean.leader.election.enable")),
                ConfigSpec.of("tidemark.durability", STRING, "sync", ValidString.in("sync", "os"),
                        topicDefault("tidemark.durability")).readOnly());
    }

    static List<ConfigSpec> cleaner() {
        return List.of(
                ConfigSpec.of("log.cleaner.enable", BOOLEAN, true, null,
                        "Whether compacted topics are cleaned.").readOnly(),
                ConfigSpec.of("log.cleaner.threads", INT, 1, atLeast(0),
                        "Accepted as Kafka's; one log is cleaned at a time."),
                ConfigSpec.of("log.cleaner.dedupe.buffer.size", LONG, 134_217_728L, null,
                        "The memory in which cleaning remembers keys, in bytes."),
                ConfigSpec.of("log.cleaner.io.buffer.size", INT, 524_288, atLeast(0),
                        "Accepted as Kafka's; cleaning copies batch by batch."),
                ConfigSpec.of("log.cleaner.io.buffer.load.factor", DOUBLE, 0.9, null,
                        "Accepted as Kafka's; the memory for keys has a load of its own."),
                ConfigSpec.of("log.cleaner.io.max.bytes.per.second", DOUBLE, Double.MAX_VALUE,
                        null, "How fast cleaning may read and write, in bytes per second."),
                ConfigSpec.of("log.cleaner.backoff.ms", LONG, 15_000L, atLeast(0),
                        "How long cleaning sleeps when there is nothing to clean, in "
                        + "milliseconds."),
                ConfigSpec.of("log.cleaner.min.cleanable.ratio", DOUBLE, 0.5, between(0, 1),
                        topicDefault("min.cleanable.dirty.ratio")),
                ConfigSpec.of("log.cleaner.delete.retention.ms", LONG, 86_400_000L, atLeast(0),
                        topicDefault("delete.retention.ms")),
                ConfigSpec.of("log.cleaner.min.compaction.lag.ms", LONG, 0L, atLeast(0),
                        topicDefault("min.compaction.lag.ms")),
                ConfigSpec.of("log.cleaner.max.compaction.lag.ms", LONG, Long.MAX_VALUE,
                        atLeast(1), topicDefault("max.compaction.lag.ms")));
    }

    static List<ConfigSpec> node() {
        return List.of(
                ConfigSpec.of("node.id", INT, 1, atLeast(0), "This node's number.").readOnly(),
                ConfigSpec.of("broker.id", INT, -1, null, "The old name of node.id.").readOnly(),
                ConfigSpec.of("broker.rack", STRING, null, null, "Where this node stands.")
                        .readOnly(),
                ConfigSpec.of("log.dirs", LIST, null, null, "The directories with the data.")
                        .readOnly(),
                ConfigSpec.of("log.dir", LIST, List.of("data"), null,
                        "The directory with the data, if log.dirs is not set.").readOnly(),
                ConfigSpec.of("num.partitions", INT, 1, atLeast(1),
                        "How many partitions a topic gets that asks for none.").readOnly(),
                ConfigSpec.of("default.replication.factor", INT, 1, atLeast(1),
                        "How many replicas a topic gets that asks for none. If it is not set: 3, "
                        + "or as many as there are brokers.").readOnly(),
                ConfigSpec.of("auto.create.topics.enable", BOOLEAN, true, null,
                        "Whether asking for an unknown topic creates it.").readOnly(),
                ConfigSpec.of("delete.topic.enable", BOOLEAN, true, null,
                        "Whether topics can be deleted.").readOnly(),
                ConfigSpec.of("unstable.feature.versions.enable", BOOLEAN, false, null,
                        "Whether levels of features may be used that are in the making: for "
                        + "trying out upgrades, never for data to be kept.").readOnly(),
                ConfigSpec.of("fetch.max.bytes", INT, 57_671_680, atLeast(1024),
                        "The largest fetch response, in bytes.").readOnly(),
                ConfigSpec.of("max.incremental.fetch.session.cache.slots", INT, 1000, atLeast(0),
                        "How many incremental fetch sessions are remembered.").readOnly(),
                ConfigSpec.of("max.request.partition.size.limit", INT, 2000, atLeast(1),
                        "The largest page of a DescribeTopicPartitions response, in "
                        + "partitions.").readOnly(),
                ConfigSpec.of("request.timeout.ms", INT, 30_000, null,
                        "How long a request between nodes may take, in milliseconds.")
                        .readOnly());
    }

    /// What keeps a cluster together. With Kafka's defaults (9 s, 2 s) a broker that died is
    /// missed for nine seconds; here clients shall miss it for less than one.
    ///
    /// A process that dies closes its connections, which the controller sees at once. It may also
    /// have been the net, so the broker has 400 ms to come back and be heard: four heartbeats of
    /// 100 ms (they write nothing), and more than the time for which a broker trusts its last
    /// heartbeat ([EffectiveConfigs#leaseMs]), so that one that was only cut off has stopped to
    /// answer for its machines before another does. What closes no connection (a cut cable, a
    /// stopped process) is missed after 1.5 s: longer than a collector or a busy machine holds up
    /// a process. A live broker that is fenced by mistake costs clients a retry, and no record.
    static List<ConfigSpec> cluster() {
        return List.of(
                ConfigSpec.of("broker.session.timeout.ms", INT, 1_500, atLeast(1),
                        "The silence after which a broker is fenced, in milliseconds.")
                        .readOnly(),
                ConfigSpec.of("broker.heartbeat.interval.ms", INT, 100, atLeast(1),
                        "How often a broker is heard of, in milliseconds.").readOnly(),
                ConfigSpec.of("tidemark.scrub.bytes.per.second", LONG, 4L << 20, atLeast(0),
                        "How fast logs are looked through for damage, in bytes per second; 0 for "
                        + "not at all."),
                ConfigSpec.of("tidemark.broker.reconnect.timeout.ms", INT, 400, atLeast(1),
                        "The silence after which a broker is fenced whose connection to the "
                        + "controller was lost, in milliseconds.").readOnly(),
                ConfigSpec.of("auto.leader.rebalance.enable", BOOLEAN, true, null,
                        "Whether leaderships go back to the first replicas by themselves.")
                        .readOnly(),
                ConfigSpec.of("leader.imbalance.check.interval.seconds", LONG, 300L, atLeast(1),
                        "How often that is looked for, in seconds.").readOnly(),
                ConfigSpec.of("leader.imbalance.per.broker.percentage", INT, 10, null,
                        "Accepted as Kafka's; all leaderships go back, as they do there.")
                        .readOnly(),
                ConfigSpec.of("leader.replication.throttled.rate", LONG, Long.MAX_VALUE,
                        atLeast(1), "How fast a leader sends what replicas lack that are "
                        + "throttled and not in sync, in bytes per second."),
                ConfigSpec.of("follower.replication.throttled.rate", LONG, Long.MAX_VALUE,
                        atLeast(1), "How fast such replicas fetch it, in bytes per second."));
    }

    static List<ConfigSpec> network() {
        return List.of(
                ConfigSpec.of("listeners", LIST, List.of("PLAINTEXT://:9092"), null,
                        "Where this node listens.").readOnly(),
                ConfigSpec.of("advertised.listeners", LIST, null, null,
                        "Where clients are told to connect; listeners if not set.").readOnly(),
                ConfigSpec.of("listener.security.protocol.map", STRING,
                        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,"
                        + "SASL_PLAINTEXT:SASL_PLAINTEXT", null,
                        "Which protocol each listener's name stands for.").readOnly(),
                ConfigSpec.of("connections.max.idle.ms", LONG, 600_000L, null,
                        "How long a connection may be silent, in milliseconds.").readOnly(),
                ConfigSpec.of("max.connections", INT, Integer.MAX_VALUE, atLeast(0),
                        "How many connections there may be."),
                ConfigSpec.of("max.connections.per.ip", INT, Integer.MAX_VALUE, atLeast(0),
                        "How many connections one address may have."),
                ConfigSpec.of("max.connections.per.ip.overrides", STRING, "",
                        LambdaValidator.with(BrokerConfigDefs::checkOverrides,
                                () -> "HOST:COUNT,HOST:COUNT,..."),
                        "The same for single addresses or hosts."),
                ConfigSpec.of("max.connection.creation.rate", INT, Integer.MAX_VALUE, atLeast(0),
                        "How many connections may be made in a second."),
                ConfigSpec.of("socket.listen.backlog.size", INT, 50, atLeast(1),
                        "How many connections may wait to be accepted.").readOnly(),
                ConfigSpec.of("socket.request.max.bytes", INT, 104_857_600, atLeast(1),
                        "The largest request, in bytes.").readOnly(),
                ConfigSpec.of("socket.receive.buffer.bytes", INT, 102_400, null,
                        "The kernel's receive buffer of a connection, in bytes.").readOnly(),
                ConfigSpec.of("socket.send.buffer.bytes", INT, 102_400, null,
                        "The kernel's send buffer of a connection, in bytes.").readOnly(),
                ConfigSpec.of("num.network.threads", INT, 3, atLeast(1),
                        "Kafka's network threads; here the loops do this work."),
                ConfigSpec.of("num.io.threads", INT, 8, atLeast(1),
                        "Kafka's request threads; here the loops do this work."),
                ConfigSpec.of("num.replica.fetchers", INT, 1, null,
                        "Kafka's fetching threads; here the loops do this work."),
                ConfigSpec.of("num.recovery.threads.per.data.dir", INT, 2, atLeast(1),
                        "Kafka's recovering threads; here the offload pool does this work."),
                ConfigSpec.of("background.threads", INT, 10, atLeast(1),
                        "Kafka's background threads; here the offload pool does this work."));
    }

    static List<ConfigSpec> consumerGroups() {
        return List.of(
                ConfigSpec.of("group.consumer.session.timeout.ms", INT, 45_000, atLeast(1),
                        "After how long without a heartbeat a consumer is gone, in "
                        + "milliseconds.").readOnly(),
                ConfigSpec.of("group.consumer.min.session.timeout.ms", INT, 45_000, atLeast(1),
                        "The least consumer.session.timeout.ms that a group may set.").readOnly(),
                ConfigSpec.of("group.consumer.max.session.timeout.ms", INT, 60_000, atLeast(1),
                        "The most that a group may set.").readOnly(),
                ConfigSpec.of("group.consumer.heartbeat.interval.ms", INT, 5_000, atLeast(1),
                        "How often a consumer is told to send a heartbeat, in milliseconds.")
                        .readOnly(),
                ConfigSpec.of("group.consumer.min.heartbeat.interval.ms", INT, 5_000, atLeast(1),
                        "The least consumer.heartbeat.interval.ms that a group may set.")
                        .readOnly(),
                ConfigSpec.of("group.consumer.max.heartbeat.interval.ms", INT, 15_000, atLeast(1),
                        "The most that a group may set.").readOnly(),
                ConfigSpec.of("group.consumer.assignment.interval.ms", INT, 1_000, atLeast(0),
                        "How long after an assignment a group's partitions are shared out anew "
                        + "at the soonest, in milliseconds."),
                ConfigSpec.of("group.consumer.min.assignment.interval.ms", INT, 0, atLeast(0),
                        "The least consumer.assignment.interval.ms that a group may set.")
                        .readOnly(),
                ConfigSpec.of("group.consumer.max.assignment.interval.ms", INT, 15_000,
                        atLeast(0), "The most that a group may set.").readOnly(),
                ConfigSpec.of("group.consumer.max.size", INT, Integer.MAX_VALUE, atLeast(1),
                        "How many members a consumer group may have.").readOnly(),
                ConfigSpec.of("group.consumer.assignors", LIST, List.of("uniform", "range"), null,
                        "The server-side assignors, the default one first.").readOnly(),
                ConfigSpec.of("group.consumer.migration.policy", STRING, "bidirectional",
                        CaseInsensitiveValidString.in("bidirectional", "upgrade", "downgrade",
                                "disabled"),
                        "Which way a group with members may change its protocol.").readOnly());
    }

    static List<ConfigSpec> groupsAndProducers() {
        return List.of(
                ConfigSpec.of("offsets.topic.num.partitions", INT, 50, atLeast(1),
                        "How many partitions the groups' topic has.").readOnly(),
                ConfigSpec.of("offsets.topic.replication.factor", INT, 3, atLeast(1),
                        "How many replicas the groups' topic has; fewer while there are fewer "
                        + "brokers.").readOnly(),
                ConfigSpec.of("offsets.topic.segment.bytes", INT, 104_857_600, atLeast(1),
                        "The segment size of the groups' topic, in bytes.").readOnly(),
                ConfigSpec.of("offsets.retention.minutes", INT, 10_080, atLeast(1),
                        "How long an inactive group's offsets are kept, in minutes.").readOnly(),
                ConfigSpec.of("offsets.retention.check.interval.ms", LONG, 600_000L, atLeast(1),
                        "How often expired offsets are looked for, in milliseconds.").readOnly(),
                ConfigSpec.of("offset.metadata.max.bytes", INT, 4096, null,
                        "The longest note on a committed offset, in characters, as Kafka "
                        + "counts.").readOnly(),
                ConfigSpec.of("group.min.session.timeout.ms", INT, 6_000, null,
                        "The shortest session that a classic member may ask for, in "
                        + "milliseconds.").readOnly(),
                ConfigSpec.of("group.max.session.timeout.ms", INT, 1_800_000, null,
                        "The longest session that a classic member may ask for, in "
                        + "milliseconds.").readOnly(),
                ConfigSpec.of("group.initial.rebalance.delay.ms", INT, 3_000, null,
                        "How long a new classic group waits for more members, in milliseconds.")
                        .readOnly(),
                ConfigSpec.of("group.max.size", INT, Integer.MAX_VALUE, atLeast(1),
                        "How many members a classic group may have.").readOnly(),
                ConfigSpec.of("producer.id.expiration.ms", INT, 86_400_000, atLeast(1),
                        "After how long without a record a producer is forgotten, in "
                        + "milliseconds."),
                ConfigSpec.of("producer.id.expiration.check.interval.ms", INT, 600_000, atLeast(1),
                        "How often forgotten producers are looked for, in milliseconds.")
                        .readOnly(),
                ConfigSpec.of("transactional.id.expiration.ms", INT, 604_800_000, atLeast(1),
                        "Reserved for transactions, which are not served yet.").readOnly());
    }

    private static void checkOverrides(String name, Object value) {
        for (String override : value.toString().split(",", -1)) {
            int colon = override.lastIndexOf(':');
            String count = override.substring(colon + 1).strip();
            if (!override.isBlank() && (colon < 0 || !count.matches("-?\\d{1,9}"))) {
                throw new ConfigException(name, value, "each entry is HOST:COUNT");
            }
        }
    }

    private static String topicDefault(String topicKey) {
        return "What holds for topics that do not set " + topicKey + " themselves.";
    }
}
