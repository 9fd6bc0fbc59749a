package dev.tidemark.sim.quorum;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.ApiVersionsHandler;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.cluster.QuorumHandler;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimHost;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.quorum.MetadataRecord;
import dev.tidemark.quorum.Quorum;
import dev.tidemark.quorum.QuorumSettings;
import dev.tidemark.quorum.QuorumSettings.Belonging;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.AddRaftVoterRequestData;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.RemoveRaftVoterRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One node of a quorum on a simulated machine: one process after the other.
///
/// Confined to the simulator's thread.
final class QuorumVoter implements Quorum.Follower {
    private static final String LISTENER = "CONTROLLER";
    private static final String CLUSTER = "world";
    private static final int SNAPSHOT_BYTES = 3000;

    final int id;
    private final SimHost host;
    private final SimScheduler scheduler;
    private final Belonging membership;
    private final QuorumFitting fitting;
    private final QuorumHistory history;
    private final Trace trace;
    private final Prng prng;
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private final TreeMap<String, String> table = new TreeMap<>();
    private SimComputer computer;
    private Quorum quorum;
    private int disks;
    private long endOffset;
    private int term;
    private boolean leads;
    private int restores;
    /// As of when another node was seen to lead a newer term, in this machine's time.
    private long overruledNs = Quorum.NOT_HEARD;

    QuorumVoter(int id, SimHost host, SimScheduler scheduler, Prng prng,
            Setting setting, QuorumHistory history, Trace trace) {
        this.id = id;
        this.host = host;
        this.scheduler = scheduler;
        this.membership = setting.membership;
        this.fitting = setting.fitting;
        this.history = history;
        this.trace = trace;
        this.prng = prng;
        wipe();
        history.follow(this);
    }

    /// How a node comes to the quorum, and what is wrong with it.
    record Setting(Belonging membership, QuorumFitting fitting) {
    }

    /// A record that this node has appended as the leader, and that nobody has answered for yet.
    private record Sent(long offset, String record) {
    }

    /// Gives the machine an empty disk. Only while it is off.
    void wipe() {
        computer = new SimComputer(scheduler, prng.split(), 1);
        computer.plugInto(host);
        disks++;
    }

    private Uuid directoryId() {
        return fitting.directoryId(id, disks);
    }

    /// True if this node was elected, and nothing else is known to it.
    boolean isElected() {
        return isRunning() && quorum.isLeader();
    }

    /// True if it is known to this node that that one leads.
    boolean follows(QuorumVoter other) {
        return isRunning() && quorum.leaderId() == other.id;
    }

    /// The end of what is committed, as this node counts.
    long highWatermark() {
        return isRunning() ? quorum.highWatermark() : -1;
    }

    /// For whom this node has voted in its term, as its disk has it.
    int votedFor() {
        String path = Topic.CLUSTER_METADATA_TOPIC_NAME + "-0/quorum-state";
        try {
            DiskFile file = computer.disk().open(path);
            var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return text(bytes.flip()).lines().filter(line -> line.startsWith("voted.id="))
                    .mapToInt(line -> Integer.parseInt(line.substring("voted.id=".length())))
                    .findFirst().orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The batches of its log as they are in its files, each as `offset:term`.
    List<String> log() {
        List<String> batches = new ArrayList<>();
        String directory = Topic.CLUSTER_METADATA_TOPIC_NAME + "-0";
        try {
            for (String name : computer.disk().list(directory)) {
                if (name.endsWith(".log")) {
                    DiskFile file = computer.disk().open(directory + '/' + name);
                    var cursor = new BatchCursor(file, 0, Math.toIntExact(file.size()),
                            BatchCursor.SHORT_READ);
                    while (cursor.next()) {
                        batches.add(cursor.baseOffset() + ":"
                                + Batch.leaderEpoch(cursor.buffer(), cursor.at()));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return batches;
    }

    /// Asks this node what it knows of the quorum.
    void describe(Consumer<DescribeQuorumResponseData> told) {
        var topic = new DescribeQuorumRequestData.TopicData()
                .setTopicName(Topic.CLUSTER_METADATA_TOPIC_NAME)
                .setPartitions(List.of(new DescribeQuorumRequestData.PartitionData()));
        var asked = new Quorum.Asked(LISTENER, 0, (short) 2,
                new DescribeQuorumRequestData().setTopics(List.of(topic)));
        Quorum mine = quorum;
        computer.quorumLoop().execute(() -> mine.askLeader(asked,
                answer -> told.accept((DescribeQuorumResponseData) answer)));
    }

    /// True if this node votes, by what is committed as far as it knows.
    boolean votes() {
        return isRunning() && quorum.isVoter() && endOffset == quorum.logEndOffset();
    }

    /// True if this node votes, by all that is in its log.
    boolean isVoter() {
        return isRunning() && quorum.isVoter();
    }

    /// Asks the leader, through this node, to let that node vote.
    void add(QuorumVoter other) {
        var listeners = new AddRaftVoterRequestData.ListenerCollection();
        listeners.add(new AddRaftVoterRequestData.Listener().setName(LISTENER)
                .setHost(other.membership.own().host()).setPort(other.membership.own().port()));
        change(new AddRaftVoterRequestData().setClusterId(CLUSTER).setVoterId(other.id)
                .setVoterDirectoryId(other.directoryId()).setListeners(listeners)
                .setTimeoutMs(5_000));
    }

    /// Asks the leader, through this node, not to let that node vote any more.
    void remove(QuorumVoter other) {
        change(new RemoveRaftVoterRequestData().setClusterId(CLUSTER).setVoterId(other.id)
                .setVoterDirectoryId(other.directoryId()));
    }

    private void change(ApiMessage body) {
        Quorum mine = quorum;
        computer.quorumLoop().execute(() -> mine.askLeader(
                new Quorum.Asked(LISTENER, 0, (short) 0, body),
                answer -> trace.info("node=" + id + " heard " + answer)));
    }

    /// How many nodes the quorum began with, for one that came later.
    int founders() {
        return Math.max(membership.founders().size(), membership.bootstrap().size());
    }

    boolean isRunning() {
        return computer.isRunning();
    }

    boolean leads() {
        return isRunning() && leads;
    }

    long endOffset() {
        return isRunning() ? endOffset : -1;
    }

    int term() {
        return isRunning() ? quorum.leaderEpoch() : 0;
    }

    /// Until when this node can say that it led; [Quorum#NOT_HEARD] if never.
    long majorityHeardNs() {
        return isRunning() ? quorum.majorityHeardNs() : Quorum.NOT_HEARD;
    }

    /// How long ago that was.
    long majorityAgeMs() {
        return (computer.clock().nanos() - majorityHeardNs()) / 1_000_000;
    }

    /// A node leads a newer term than any before: this one, or another.
    void newestLeader(QuorumVoter leader) {
        overruledNs = leader == this ? Quorum.NOT_HEARD : computer.clock().nanos();
    }

    /// It never says that it led when another had been elected.
    void checkLead() {
        if (isElected()) {
            history.elected(id, quorum.leaderEpoch());
        }
        if (isElected() && quorum.leaderEpoch() > history.newestTerm()) {
            // It leads again, and will be told so when its term has its first record.
            overruledNs = Quorum.NOT_HEARD;
        }
        long heardNs = isRunning() ? majorityHeardNs() : Quorum.NOT_HEARD;
        require(overruledNs == Quorum.NOT_HEARD || heardNs == Quorum.NOT_HEARD
                || heardNs - overruledNs <= 0, "who was overruled knows of no later lead",
                "node", id, "heardNs", heardNs, "overruledNs", overruledNs);
    }

    int restores() {
        return restores;
    }

    SimComputer computer() {
        return computer;
    }

    void boot() {
        computer.boot();
        table.clear();
        sent.clear();
        endOffset = 0;
        restores = 0;
        leads = false;
        var alone = QuorumSettings.alone(id, CLUSTER, directoryId());
        var settings = new QuorumSettings(id, CLUSTER, directoryId(), LISTENER,
                membership,
                alone.timing(), SNAPSHOT_BYTES);
        try {
            quorum = Quorum.open(settings, fitting.disk(computer.disk()), computer.quorumLoop(),
                    false, trace);
        } catch (IOException refused) {
            require(false, "a restart succeeds", "node", id, "cause", refused);
        }
        var controllers = new Router(ListenerType.CONTROLLER);
        controllers.serve(ApiKeys.API_VERSIONS, new ApiVersionsHandler(controllers,
                () -> MetadataImage.EMPTY, CLUSTER, id));
        QuorumHandler.serveNodes(controllers, quorum);
        var ids = new long[1];
        host.listen(membership.own().port(), LISTENER, computer.loops(),
                connection -> controllers.connect(connection, trace, ++ids[0]));
        Quorum mine = quorum;
        Prng draws = prng.split();
        computer.quorumLoop().execute(() -> mine.start(draws, host, this));
    }

    /// The process ends where it is; the disk loses its power too, or not.
    void crash(boolean power) {
        if (power) {
            computer.losePower();
        } else {
            computer.kill();
        }
        leads = false;
    }

    /// Takes leave before it stops.
    void leave(Runnable mayStop) {
        Quorum mine = quorum;
        computer.quorumLoop().execute(() -> mine.leave(other -> true, mayStop));
    }

    /// Asks for a value, if this node leads.
    void set(String key, String value) {
        Quorum mine = quorum;
        computer.quorumLoop().execute(() -> {
            if (!leads) {
                return;
            }
            long end = mine.append(term,
                    List.of(new MetadataRecord(bytes(key), bytes(value))));
            if (end >= 0) {
                sent.add(new Sent(end - 1, key + "=" + value));
            }
        });
    }

    /// Appends a value if this node is elected, although it may not have been told yet that it
    /// leads.
    void setEarly(String key, String value) {
        Quorum mine = quorum;
        computer.quorumLoop().execute(() -> require(mine.append(mine.leaderEpoch(),
                List.of(new MetadataRecord(bytes(key), bytes(value)))) >= 0,
                "who is elected can append", "node", id));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    @Override
    public void restored(long newEndOffset, List<MetadataRecord> records) {
        table.clear();
        records.forEach(record -> table.put(text(record.key()), text(record.value())));
        require(table.equals(history.tableAt(newEndOffset)),
                "a snapshot tells what the log told", "node", id, "endOffset", newEndOffset);
        endOffset = newEndOffset;
        restores++;
    }

    @Override
    public void committed(long baseOffset, long newEndOffset, List<MetadataRecord> records) {
        require(baseOffset == endOffset, "committed records follow each other", "node", id,
                "offset", baseOffset, "endOffset", endOffset);
        for (long offset = baseOffset; offset < newEndOffset; offset++) {
            int at = (int) (offset - baseOffset);
            String record = at < records.size()
                    ? text(records.get(at).key()) + "=" + text(records.get(at).value()) : null;
            history.told(id, offset, record);
        }
        records.forEach(record -> table.put(text(record.key()), text(record.value())));
        endOffset = newEndOffset;
        while (leads && !sent.isEmpty() && sent.peekFirst().offset < newEndOffset) {
            Sent answered = sent.removeFirst();
            history.acknowledged(answered.offset, answered.record);
        }
    }

    @Override
    public void led(int leaderId, int leaderEpoch) {
        require(leaderEpoch >= term || !leads, "terms rise", "node", id, "term", leaderEpoch);
        leads = leaderId == id;
        term = leaderEpoch;
        sent.clear();
        if (leads) {
            history.leads(this, leaderEpoch, endOffset);
        }
    }

    @Override
    public List<MetadataRecord> snapshot() {
        List<MetadataRecord> records = new ArrayList<>();
        table.forEach((key, value) -> records.add(new MetadataRecord(bytes(key), bytes(value))));
        return fitting.snapshot(records);
    }

    @Override
    public void failed(IOException why) {
        if (computer.disk().isOn()) {
            require(false, "a sound disk serves", "node", id, "cause", why);
        }
        throw new PowerLost("quorum");
    }
}
