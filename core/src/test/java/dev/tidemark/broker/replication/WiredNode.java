package dev.tidemark.broker.replication;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.ApiVersionsHandler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.fetch.FetchHandler;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimHost;
import dev.tidemark.log.LogConfig;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.IsrPort;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.StoreConfig;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;

/// A machine with one topic's replicas, which fetches and serves fetches over a simulated net.
final class WiredNode implements IsrPort {
    static final int PARTITIONS = 4;
    static final Uuid TOPIC = new Uuid(5, 6);
    private static final int PORT = 9092;

    final int id;
    final SimComputer computer;
    final SimHost host;
    private final Prng prng;
    private LogDir dir;
    private Partitions partitions;
    private Replication replication;
    private long connections;

    WiredNode(int id, SimComputer computer, SimHost host, Prng prng) {
        this.id = id;
        this.computer = computer;
        this.host = host;
        this.prng = prng;
    }

    static Peers.Address addressOf(int brokerId) {
        return new Peers.Address("n" + brokerId, PORT);
    }

    /// @param told who leads each partition at first
    void start(List<Leadership> told) throws IOException {
        computer.boot();
        host.boot();
        dir = LogDir.open(computer.disk(), StoreConfig.DEFAULTS, computer.journalLoop(),
                computer.offload(), Trace.SILENT);
        partitions = new Partitions();
        replication = new Replication(computer.loops(), partitions,
                new Peers(id, () -> 100L + id, WiredNode::addressOf,
                        ReplicationThrottle.none(), host, Trace.SILENT),
                () -> 30_000);
        replication.start();
        var router = new Router();
        router.serve(ApiKeys.API_VERSIONS, new ApiVersionsHandler(router,
                () -> MetadataImage.EMPTY, "cluster", id));
        router.serve(ApiKeys.FETCH, new FetchHandler(computer.loops(), partitions, router,
                prng.split(), computer.offload(), 10 << 20));
        host.listen(PORT, "PLAINTEXT", computer.loops(),
                connection -> router.connect(connection, Trace.SILENT, ++connections));
        var all = new Partition[PARTITIONS];
        var settings = new PartitionSettings(LogConfig.DEFAULTS, BatchRules.DEFAULTS,
                Durability.SYNC, 2);
        for (int i = 0; i < PARTITIONS; i++) {
            Loop loop = computer.loops().get(i % computer.loops().size());
            all[i] = new Partition(new PartitionId("orders", TOPIC, i), loop, dir,
                    here(told.get(i)), settings, this);
            Partition created = all[i];
            loop.execute(() -> replication.follow(created));
        }
        partitions.put(new Partitions.Entry("orders", TOPIC, all));
    }

    private Leadership here(Leadership told) {
        return new Leadership(id, told.leaderId(), told.leaderEpoch(), told.partitionEpoch(),
                told.replicas(), told.isr());
    }

    void tell(int index, Leadership told) {
        Partition partition = partition(index);
        partition.loop().execute(() -> partition.assume(here(told)));
    }

    /// This node keeps the partition no more.
    void drop(int index) {
        Partition partition = partition(index);
        partition.loop().execute(() -> replication.forget(partition));
    }

    /// This node keeps it again.
    void follow(int index) {
        Partition partition = partition(index);
        partition.loop().execute(() -> replication.follow(partition));
    }

    /// What was wrong with the bytes that it found damaged last; null if it found none.
    String damage(int index) {
        String[] found = new String[1];
        var partition = partition(index);
        partition.loop().execute(() -> found[0] = partition.follower().damage());
        computer.scheduler().runForMs(1);
        return found[0];
    }

    Partition partition(int index) {
        return partitions.get(TOPIC, index);
    }

    long end(int index) {
        return partition(index).view() == null ? -1 : partition(index).view().logEndOffset();
    }

    long highWatermark(int index) {
        return partition(index).view() == null ? -1 : partition(index).view().highWatermark();
    }

    @Override
    public void propose(Proposal proposal, Loop home, Consumer<Answer> then) {
        // Nobody decides here.
    }

    @Override
    public void assumed(Partition partition) {
        replication.follow(partition);
    }
}
