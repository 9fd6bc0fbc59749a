package dev.tidemark.node;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.ApiVersionsHandler;
import dev.tidemark.broker.CleanerRound;
import dev.tidemark.broker.Housekeeper;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.broker.replication.Peers;
import dev.tidemark.broker.replication.Replication;
import dev.tidemark.broker.replication.Scrub;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.broker.throttle.ReplicationThrottles;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.Features;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.decide.ControlMachine;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.io.Connection;
import dev.tidemark.machine.Host;
import dev.tidemark.machine.QuorumLog;
import dev.tidemark.quorum.Quorum;
import dev.tidemark.quorum.QuorumLeader;
import dev.tidemark.store.DirIdentity;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.StoreConfig;
import dev.tidemark.store.StoredLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// One node: everything behind the doors, put together.
///
/// Opening it recovers the data directory; [#start] replays the metadata, makes the node known,
/// and then it takes connections.
public final class LogServer {

    private final Doors doors;
    private final NodeConfig config;
    private final LogDir dir;
    private final Router router = new Router();
    private final Router controllers = new Router(ListenerType.CONTROLLER);
    private final Partitions partitions = new Partitions();
    private final Quorum quorum;
    private final QuorumFollower follower;
    private final EffectiveConfigs configs;
    private final MetadataFeed metadata;
    private final ControlHost control;
    private final Replication replication;
    private final ClusterSeat seat;
    private final GroupHosts groups;
    private final TopicOpener opener;
    private final Prng prng;
    private final AtomicLong nextConnectionId = new AtomicLong();

    private LogServer(Doors doors, NodeConfig config, LogDir dir, Quorum quorum) {
        this.doors = doors;
        this.config = config;
        this.dir = dir;
        this.quorum = quorum;
        this.prng = new Prng(doors.seed());
        this.configs = new EffectiveConfigs(config.nodeId(), config.file());
        this.metadata = new MetadataFeed(configs);
        var machine = new ControlMachine(configs, delta -> { });
        var log = new QuorumLog(quorum, dir::isFull);
        var host = new Host<>(machine, new ControlCodec(), log, prng.split());
        host.onFailure(reason -> doors.trace().info("controller steps down reason=" + reason));
        this.control = new ControlHost(host,
                new BrokerLease(quorum::majorityHeardNs, configs.leaseMs()), doors.quorumLoop(),
                doors.loops());
        this.follower = new QuorumFollower(quorum, log, metadata, machine, host);
        this.seat = new ClusterSeat(doors, config, dir, control, new QuorumControllers(quorum),
                metadata, configs, prng.split());
        var throttles = new ReplicationThrottles(config.nodeId(), configs);
        metadata.listen(throttles::follow);
        this.replication = new Replication(doors.loops(), partitions,
                peers(throttles.follower()), this::lagMs);
        GroupConfig groupConfig = GroupSettings.of(config.file());
        var means = new CoordinatorSeat.Means(config.nodeId(), doors.offload(), doors.trace(),
                groupConfig, this::groupTimes, metadata::image, seat.lease());
        groups = new GroupHosts(partitions, means, prng.split());
        opener = new TopicOpener(config.nodeId(), dir, doors.loops(), partitions, configs,
                replication, seat.isr(), groups::assumed);
        metadata.listen(opener::follow);
        metadata.listen(groups::follow);
        var services = new Services(router, doors, partitions, metadata);
        List<Features.Feature> understood = Features.understoodBy(configs);
        services.serveVersions(dir.clusterId(), config.nodeId(), understood);
        controllers.serve(ApiKeys.API_VERSIONS, new ApiVersionsHandler(controllers,
                metadata::image, dir.clusterId(), config.nodeId(), understood));
        services.serveQuorum(controllers, quorum, dir.clusterId());
        services.serveRecords(prng.split(), config, throttles.leader(), seat.lease());
        services.serveOffsets(dir);
        services.serveGroups(groups, this::groupTimes, groupConfig.consumer().assignors());
        ClusterPaths paths = seat.paths();
        paths.serve(controllers, dir.clusterId());
        var facts = new ClusterFacts(config.nodeId(), dir.clusterId(), configs,
                metadata::image, this::controllerForClients);
        services.serveMetadata(facts, paths.control());
        services.serveAdmin(facts, paths, controllers, control);
    }

    /// Whom clients are to ask for what a controller decides: it, or, where it is no broker and
    /// can't be reached by them, this node, which hands it on.
    private int controllerForClients() {
        int controller = quorum.leader().nodeId();
        return controller == Quorum.NO_LEADER || metadata.image().broker(controller) != null
                ? controller : config.nodeId();
    }

    /// Opens the data directory and recovers it. Blocks.
    ///
    /// @throws IOException if it can't be read, is damaged beyond what can be told apart, or
    ///     belongs to another node
    public static LogServer open(Doors doors, NodeConfig config) throws IOException {
        var store = new StoreConfig(QuorumPlan.clusterId(config, doors.disk()),
                config.nodeId(), config.journal(),
                StoreConfig.DEFAULTS.reserveBytes(), StoreConfig.DEFAULTS.diskCheckMs(),
                doors.seed());
        if (!Quorum.isIn(doors.disk())) {
            DirIdentity.renew(doors.disk(), doors.seed(), doors.trace());
        }
        LogDir dir = LogDir.open(doors.disk(), store, doors.journalLoop(), doors.offload(),
                doors.trace());
        Quorum quorum = Quorum.open(QuorumPlan.of(config, dir), doors.disk(), doors.quorumLoop(),
                dir.isDoubted(), doors.trace());
        return new LogServer(doors, config, dir, quorum);
    }

    private Peers peers(ReplicationThrottle throttle) {
        return new Peers(config.nodeId(), seat::brokerEpoch, this::addressOf, throttle,
                doors.net(), doors.trace());
    }

    private Peers.Address addressOf(int brokerId) {
        BrokerImage broker = metadata.image().broker(brokerId);
        BrokerImage.Endpoint endpoint = broker == null ? null
                : broker.endpoint(config.cluster().interBrokerListener());
        return endpoint == null ? null : new Peers.Address(endpoint.host(), endpoint.port());
    }

    private long lagMs() {
        return Long.parseLong(config.file().getOrDefault("replica.lag.time.max.ms", "30000"));
    }

    /// What holds for a consumer group now. Any loop may ask.
    private ConsumerTimes groupTimes(String groupId) {
        var image = metadata.image();
        var times = configs.group(image, image.configOf(ConfigTarget.group(groupId)));
        return new ConsumerTimes(times.sessionTimeoutMs(), times.heartbeatIntervalMs(),
                times.assignmentIntervalMs());
    }

    /// Tells the listener when this node is of no use any more, because its disk has failed, and
    /// whoever is to lead instead of it has been told: the process had better end. On the first
    /// loop, once. To be said before [#start].
    public void onUseless(Consumer<IOException> listener) {
        seat.onUseless(() -> listener.accept(dir.failure()));
    }

    /// Takes part in the quorum and makes this node known under its endpoints. May be called from
    /// any thread, once.
    ///
    /// @param endpoints where clients reach this node; of no use to one that is no broker
    /// @param done told on the first loop: `NONE` when connections may come, else why they may not
    public void start(List<BrokerImage.Endpoint> endpoints, Consumer<Errors> done) {
        var told = new AtomicBoolean();
        Consumer<Errors> once = error -> {
            if (!told.getAndSet(true)) {
                done.accept(error);
            }
        };
        boolean isBroker = config.cluster().part().isBroker();
        follower.onLeader(leader -> {
            seat.led(leader.nodeId());
            if (!isBroker && leader.nodeId() != Quorum.NO_LEADER) {
                doors.loops().getFirst().execute(() -> once.accept(Errors.NONE));
            }
        });
        follower.onFailed(why -> {
            dir.fail(why);
            doors.loops().getFirst().execute(() -> once.accept(Errors.KAFKA_STORAGE_ERROR));
        });
        doors.quorumLoop().execute(() -> quorum.start(prng.split(), doors.net(), follower));
        if (!isBroker) {
            return;
        }
        seat.join(endpoints, error -> {
            if (error == Errors.NONE && !told.get()) {
                beginWork();
            }
            once.accept(error);
        });
    }

    /// Asks to be let go before it is closed, so that leaders move to other nodes while this one
    /// still serves, and control does too. May be called from any thread.
    ///
    /// @param mayStop told on one of the loops, once, within little more than half a minute
    public void leave(Runnable mayStop) {
        seat.leave(() -> doors.quorumLoop().execute(() -> quorum.leave(this::stays, mayStop)));
    }

    /// False for a broker that is about to stop, or is not there.
    private boolean stays(int nodeId) {
        BrokerImage broker = metadata.image().broker(nodeId);
        return broker == null || broker.isActive();
    }

    private void beginWork() {
        doors.quorumLoop().execute(() -> opener.begin(metadata.image()));
        replication.start();
        new Scrub(doors.loops().getLast(), doors.offload(), partitions,
                () -> Long.parseLong(brokerConfig("tidemark.scrub.bytes.per.second"))).start();
        groups.load(storedOffsets());
        var means = new Housekeeper.Means(dir, doors.offload(), doors.trace());
        new Housekeeper(means, partitions, config.retentionCheckMs(), this::producerExpirationMs)
                .start(doors.loops());
        if (Boolean.parseBoolean(brokerConfig("log.cleaner.enable"))) {
            var cleaner = new CleanerRound(doors.loops().getFirst(), means, partitions,
                    this::cleaning);
            doors.loops().getFirst().execute(cleaner::await);
        }
    }

    private CleanerRound.Allowance cleaning() {
        return new CleanerRound.Allowance(
                Long.parseLong(brokerConfig("log.cleaner.backoff.ms")),
                Long.parseLong(brokerConfig("log.cleaner.dedupe.buffer.size")),
                Double.parseDouble(brokerConfig("log.cleaner.io.max.bytes.per.second")));
    }

    private long producerExpirationMs() {
        return Long.parseLong(brokerConfig("producer.id.expiration.ms"));
    }

    /// What holds for a broker key now. Any loop may ask.
    public String brokerConfig(String key) {
        return configs.broker(metadata.image(), key);
    }

    /// The partitions of `__consumer_offsets` that were on disk at start.
    private List<Integer> storedOffsets() {
        String prefix = Topic.GROUP_METADATA_TOPIC_NAME + "-";
        return dir.storedLogs().stream().map(StoredLog::name)
                .filter(name -> name.startsWith(prefix))
                .map(name -> Integer.valueOf(name.substring(prefix.length())))
                .toList();
    }

    /// What is done with new connections.
    public Connection.Acceptor acceptor() {
        return connection -> routerFor(connection.listenerName()).connect(connection,
                doors.trace(), nextConnectionId.incrementAndGet());
    }

    private Router routerFor(String listenerName) {
        return config.cluster().controllerListeners().contains(listenerName)
                ? controllers : router;
    }

    /// Creates a topic, as a client's request would. May be called from any thread.
    public void createTopic(ControlCommand.NewTopic topic) {
        doors.loops().getFirst().execute(() -> seat.paths().control().submit(
                new ControlCommand.CreateTopics(List.of(topic), ControlCommand.Effect.COMMIT),
                reply -> { }));
    }

    /// The committed metadata. Any loop may ask.
    public MetadataImage image() {
        return metadata.image();
    }

    /// Who decides for the cluster, as far as this node knows. Any loop may ask.
    public QuorumLeader controller() {
        return quorum.leader();
    }

    /// True if this node decides for the cluster, as far as it knows. Any loop may ask.
    public boolean controls() {
        return quorum.leader().nodeId() == config.nodeId();
    }

    /// The partitions that it has. Any loop may ask.
    public Partitions partitions() {
        return partitions;
    }

    /// True if this node takes part in the quorum's votes, as far as it knows. Any loop may ask.
    public boolean votes() {
        return quorum.isVoter();
    }

    /// The data directory.
    public LogDir dir() {
        return dir;
    }

    /// Flushes everything and marks the shutdown as clean. Blocks; to be called when connections
    /// are closed and neither the loops nor the journal's run any more.
    public void close() throws IOException {
        if (dir.failure() == null) {
            closeQuorum();
        }
        dir.close(seat.brokerEpoch());
    }

    private void closeQuorum() throws IOException {
        try {
            quorum.close();
        } catch (IOException broken) {
            dir.fail(broken);
            throw broken;
        }
    }
}
