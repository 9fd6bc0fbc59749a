package dev.tidemark.server.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

/// The keys that the shell itself reads: sockets, threads, directories. What topics, groups and
/// the log read is in `dev.tidemark.control.ConfigDefs`; a key in both tables has its default here.
///
/// Names are Kafka's where the meaning is; ours begin with `tidemark.`.
public final class ShellKeys {
    static final String LISTENERS = "listeners";
    static final String ADVERTISED_LISTENERS = "advertised.listeners";
    static final String PROTOCOL_MAP = "listener.security.protocol.map";
    static final String CONTROLLER_LISTENERS = "controller.listener.names";
    static final String CLUSTER_ID = "cluster.id";
    static final String VOTERS = "controller.quorum.voters";
    static final String BOOTSTRAP_SERVERS = "controller.quorum.bootstrap.servers";
    static final String INTER_BROKER_LISTENER = "inter.broker.listener.name";
    static final String AUTO_JOIN = "controller.quorum.auto.join.enable";
    static final String ROLES = "process.roles";
    static final String NODE_ID = "node.id";
    static final String BROKER_ID = "broker.id";
    static final String LOG_DIRS = "log.dirs";
    static final String LOG_DIR = "log.dir";
    static final String LOOPS = "num.network.threads";
    static final String OFFLOAD_THREADS = "background.threads";
    static final String IDLE_MS = "connections.max.idle.ms";
    static final String MAX_CONNECTIONS = "max.connections";
    static final String MAX_PER_ADDRESS = "max.connections.per.ip";
    static final String ADDRESS_OVERRIDES = "max.connections.per.ip.overrides";
    static final String BACKLOG = "socket.listen.backlog.size";
    static final String MAX_REQUEST_BYTES = "socket.request.max.bytes";
    static final String RECEIVE_BUFFER = "socket.receive.buffer.bytes";
    static final String SEND_BUFFER = "socket.send.buffer.bytes";
    static final String QUEUED_BYTES = "queued.max.request.bytes";
    static final String REQUEST_TIMEOUT_MS = "tidemark.request.receive.timeout.ms";
    static final String WRITE_TIMEOUT_MS = "tidemark.response.send.timeout.ms";
    static final String JOURNAL_BYTES = "tidemark.journal.bytes";
    static final String OPEN_FILES = "tidemark.open.files";

    /// Reads the values of one configuration, with their defaults.
    static final ConfigDef DEF = new ConfigDef()
            .define(LISTENERS, LIST, List.of("PLAINTEXT://127.0.0.1:9092"), LOW,
                    "Where the node listens: NAME://HOST:PORT, an empty host for all addresses, "
                    + "port 0 for any that is free.")
            .define(ADVERTISED_LISTENERS, LIST, List.of(), LOW,
                    "Where clients are told to connect; the listeners' own addresses if empty.")
            .define(PROTOCOL_MAP, LIST, List.of("PLAINTEXT:PLAINTEXT", "SSL:SSL",
                    "SASL_PLAINTEXT:SASL_PLAINTEXT", "SASL_SSL:SASL_SSL"), LOW,
                    "Which protocol a listener's name stands for. PLAINTEXT is served.")
            .define(CONTROLLER_LISTENERS, LIST, List.of(), LOW,
                    "Names of the listeners by which nodes of a cluster talk to its controllers; "
                    + "a node that is alone opens none of them.")
            .define(VOTERS, LIST, List.of(), LOW,
                    "The nodes that vote on who controls, all of them on all nodes: "
                    + "ID@HOST:PORT,ID@HOST:PORT. Empty for a node that is alone.")
            .define(CLUSTER_ID, STRING, "", LOW,
                    "The cluster's id, the same on all nodes. Where it is not set, a directory "
                    + "keeps its own; a new one of a node that is alone draws one, and one of "
                    + "several nodes gets what follows from who votes.")
            .define(INTER_BROKER_LISTENER, STRING, "", LOW,
                    "The listener by which brokers talk to each other; the first one if empty.")
            .define(ROLES, LIST, List.of("broker", "controller"), LOW,
                    "What the node is: broker, controller or both.")
            .define(BOOTSTRAP_SERVERS, LIST, List.of(), LOW,
                    "Where a quorum may be found that is there already: HOST:PORT,HOST:PORT.")
            .define(AUTO_JOIN, ConfigDef.Type.BOOLEAN, null, LOW,
                    "true: the node becomes a voter by itself; false: when it is told to. Where "
                    + "it is not set, nodes of " + VOTERS + " do, others don't.")
            .define(NODE_ID, INT, 1, atLeast(0), LOW, "The node's number.")
            .define(BROKER_ID, INT, -1, LOW, "The node's number, if node.id is not set.")
            .define(LOG_DIRS, LIST, List.of(), LOW, "The data directory.")
            .define(LOG_DIR, LIST, List.of("data"), LOW,
                    "The data directory, if log.dirs is not set.")
            .define(LOOPS, INT, Math.max(2, Runtime.getRuntime().availableProcessors()),
                    between(1, 256), LOW,
                    "Loops: threads that serve sockets and own partitions; one per core by "
                    + "default.")
            .define(OFFLOAD_THREADS, INT, 4, between(1, 256), LOW,
                    "Threads for work that blocks: syncing segments, cold reads, deleting.")
            .define(IDLE_MS, LONG, 600_000L, LOW,
                    "How long a connection may be silent, in milliseconds; -1 for ever.")
            .define(MAX_CONNECTIONS, INT, Integer.MAX_VALUE, atLeast(0), LOW,
                    "How many connections may be open at a time.")
            .define(MAX_PER_ADDRESS, INT, Integer.MAX_VALUE, atLeast(0), LOW,
                    "How many connections one address may have open at a time.")
            .define(ADDRESS_OVERRIDES, LIST, List.of(), LOW,
                    "The same for single addresses or hosts: HOST:COUNT, HOST:COUNT.")
            .define(BACKLOG, INT, 1024, atLeast(1), LOW,
                    "How many connections may wait to be accepted.")
            .define(MAX_REQUEST_BYTES, INT, 100 << 20, atLeast(1024), LOW,
                    "The largest request, in bytes.")
            .define(RECEIVE_BUFFER, INT, -1, LOW,
                    "A socket's receive buffer, in bytes; -1 leaves it to the system.")
            .define(SEND_BUFFER, INT, -1, LOW,
                    "A socket's send buffer, in bytes; -1 leaves it to the system.")
            .define(QUEUED_BYTES, LONG, -1L, LOW,
                    "Bytes that the requests of all clients may hold; beyond it, reading pauses. "
                    + "-1: a quarter of the memory for buffers.")
            .define(REQUEST_TIMEOUT_MS, LONG, 30_000L, atLeast(1), LOW,
                    "How long a request may take to arrive, beside a second for each 10 KiB.")
            .define(WRITE_TIMEOUT_MS, LONG, 60_000L, atLeast(1), LOW,
                    "How long a client may take nothing of what waits for it.")
            .define(JOURNAL_BYTES, LONG, 512L << 20, atLeast(4 << 20), LOW,
                    "The journal's size on disk, at most.")
            .define(OPEN_FILES, INT, 512, atLeast(16), LOW,
                    "Descriptors of the data directory that are kept open between uses.");

    /// Keys that ask for several replicas, and what comes of it on one node, as with Kafka.
    static final SortedMap<String, String> REPLICAS = new TreeMap<>(Map.of(
            "default.replication.factor", "topics that do not name a number are refused",
            "min.insync.replicas", "what is sent with acks=all is refused"));

    /// Keys of Kafka's that a node of one has no use for, and no quarrel with.
    static final Set<String> WITHOUT_EFFECT = Set.of("broker.id.generation.enable",
            "controller.quorum.election.timeout.ms",
            "controller.quorum.fetch.timeout.ms", "controller.quorum.request.timeout.ms",
            "security.inter.broker.protocol",
            "inter.broker.protocol.version", "metadata.log.dir", "num.io.threads",
            "num.recovery.threads.per.data.dir", "num.replica.fetchers", "replica.lag.time.max.ms",
            "auto.leader.rebalance.enable", "transaction.state.log.replication.factor",
            "transaction.state.log.min.isr", "transaction.state.log.num.partitions",
            "share.coordinator.state.topic.replication.factor",
            "share.coordinator.state.topic.min.isr", "group.coordinator.rebalance.protocols",
            "group.coordinator.threads", "queued.max.requests", "reserved.broker.max.id");

    private ShellKeys() {
    }
}
