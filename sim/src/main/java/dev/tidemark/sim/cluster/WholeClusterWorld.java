package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.internals.Topic;

/// A cluster of whole nodes on simulated machines and links, with clients that go by the metadata,
/// in which anything may fail at any time.
///
/// Held all the time: what was acknowledged or read stands at its offset, once, in its producer's
/// order; nobody reads what is not committed; the metadata is the same everywhere, and an epoch
/// has one leader. When all faults are over: everything is served again, every replica is in sync,
/// and all of them are alike, also after a loss of power of all.
public final class WholeClusterWorld implements World {
    private static final long CALM_MS = 120_000;
    private static final long QUIET_MS = 2_000;
    private static final int FORM_MS = 60_000;
    private static final int MEMBERS = 2;

    private final Prng prng;
    private final ClusterPlan plan;
    private final ClusterRig rig;
    private final ClusterAdmin admin;
    private final ClusterFaults faults;
    private final HurtDisks disks;
    private final ClusterVoters voters;
    private final ImageWatch watch;
    private final List<ClusterProducer> producers = new ArrayList<>();
    private final Set<Long> producerIds = new HashSet<>();
    private final List<GroupClient> members = new ArrayList<>();
    private final Set<ClusterMember> leaving = new HashSet<>();
    private boolean isBusy = true;

    /// @param seed from which everything follows
    /// @param trace told what happens
    public WholeClusterWorld(long seed, Trace trace) {
        this(seed, trace, 0, List.of());
    }

    /// @param nodes how many; 0 to draw it
    /// @param only what may go wrong; nothing to draw it
    public WholeClusterWorld(long seed, Trace trace, int nodes, List<ClusterFault> only) {
        this(seed, trace, plan -> only.isEmpty() ? plan : plan.with(only), nodes);
    }

    /// @param change what is to be other than drawn
    WholeClusterWorld(long seed, Trace trace, UnaryOperator<ClusterPlan> change,
            int nodes) {
        prng = new Prng(seed);
        plan = change.apply(ClusterPlan.draw(prng.split(), nodes));
        rig = new ClusterRig(prng.split(), plan, trace);
        rig.note("world " + plan, seed);
        watch = new ImageWatch(rig);
        admin = new ClusterAdmin(rig, plan, prng.split());
        faults = new ClusterFaults(this, prng.split());
        disks = new HurtDisks(this, plan.voters(), prng.split());
        voters = new ClusterVoters(rig, plan, prng.split());
        var mill = new BatchMill(prng.split(), plan.valueBytes());
        for (int i = 0; i < plan.producers(); i++) {
            producers.add(new ClusterProducer(this, prng.split(), "p" + i, mill));
        }
        for (int i = 0; i < plan.readers(); i++) {
            new ClusterReader(this, prng.split(), "c" + i);
        }
        new ClusterEraser(this, prng.split());
        new ClusterOperator(this, plan, prng.split());
        for (int i = 0; i < plan.groups(); i++) {
            addGroup("g" + i);
        }
        rig.nodes().forEach(rig::boot);
        require(rig.await(this::isWhole, FORM_MS), "a cluster forms", "missing", missing());
    }

    /// Two members, by one of the protocols.
    private void addGroup(String name) {
        var book = new GroupBook(name);
        boolean isClassic = prng.chance(1, 2);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(isClassic
                    ? new ClassicGroupClient(this, prng.split(), name + "." + i, book)
                    : new ModernGroupClient(this, prng.split(), name + "." + i, book));
        }
    }

    @Override
    public void step() {
        int choice = prng.nextInt(100);
        if (choice < plan.faultPercent()) {
            faults.begin(plan.faults().get(prng.nextInt(plan.faults().size())));
        } else if (choice < plan.faultPercent() + plan.mendPercent()) {
            faults.mend();
        }
        run(prng.chance(1, 10) ? prng.nextInt(1_500) : 1 + prng.nextInt(100));
    }

    /// In slices, so that no state of the metadata is missed for long.
    void run(int ms) {
        for (int left = ms; left > 0; left -= 20) {
            rig.runForMs(Math.min(left, 20));
            rig.nodes().forEach(watch::look);
        }
        rig.hash().add(rig.scheduler().turns());
        if (prng.chance(1, 10)) {
            lookAtReplicas();
        }
    }

    /// What any node takes for committed is so for ever, and the same on all of them.
    private void lookAtReplicas() {
        TopicLife topic = topics().get(prng.nextInt(topics().size()));
        int partition = prng.nextInt(topic.logs.size());
        for (ClusterMember node : rig.nodes()) {
            if (topic.isUsable() && node.serves() && !node.isFailed() && !node.isDark()
                    && !disks.isSuspect(node.id)) {
                ReplicaAudit.look(node, topic, partition);
            }
        }
    }

    @Override
    public void finish() {
        rig.note("faults end", 0);
        faults.end();
        awaitWhole("when all faults are over, everything is served again");
        isBusy = false;
        require(rig.await(() -> unanswered() == 0 && isWhole(), CALM_MS),
                "everything that was sent is acknowledged in the end", "missing", missing());
        rig.runForMs(QUIET_MS);
        audit();
        List<Map<ReplicatedLog, Long>> offsets = committedOffsets();
        rig.nodes().forEach(node -> rig.crash(node, true));
        rig.nodes().forEach(rig::boot);
        awaitWhole("after a loss of power of all, everything is served again");
        rig.runForMs(QUIET_MS);
        audit();
        List<Map<ReplicatedLog, Long>> after = committedOffsets();
        require(after.equals(offsets), "a replay finds the offsets that there were", "before",
                offsets, "after", after);
        rig.nodes().forEach(node -> node.computer().halt());
    }

    private void audit() {
        rig.nodes().forEach(watch::look);
        var audit = new ReplicaAudit(rig.nodes());
        MetadataImage image = rig.node(1).server().image();
        topics().forEach(topic -> audit.check(topic, image));
        TopicImage groups = image.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        if (groups != null) {
            audit.check(groups);
        }
    }

    /// What each group has committed, as its coordinator tells one of its members.
    private List<Map<ReplicatedLog, Long>> committedOffsets() {
        List<Map<ReplicatedLog, Long>> all = new ArrayList<>();
        for (int i = 0; i < members.size(); i += MEMBERS) {
            all.add(new HashMap<>());
            members.get(i).readAll(all.getLast());
        }
        require(rig.await(() -> members.stream().allMatch(GroupClient::hasReadAll), CALM_MS),
                "a coordinator tells what is committed", "found", all);
        return all;
    }

    /// Lets some time pass, in which the cluster becomes whole, or not.
    void awaitWhole(String promise) {
        require(rig.await(() -> {
            rig.nodes().forEach(watch::look);
            faults.restartAll();
            return isWhole();
        }, CALM_MS), promise, "missing", missing());
    }

    boolean isWhole() {
        return missing().isEmpty();
    }

    /// What is not as it is to be when nothing fails.
    private String missing() {
        if (!admin.isDone()) {
            return "topics";
        }
        long offset = -2;
        for (ClusterMember node : rig.nodes()) {
            if (!node.serves() || node.isFailed()) {
                return "node " + node.id;
            }
            if (plan.voters().mustVote(node.id) && !node.server().votes()) {
                return "vote of node " + node.id;
            }
            MetadataImage image = node.server().image();
            if (offset != -2 && image.offset() != offset) {
                return "metadata of node " + node.id;
            }
            offset = image.offset();
        }
        String missing = missing(rig.node(1).server().image());
        return missing.isEmpty() ? disks.missing() : missing;
    }

    private String missing(MetadataImage image) {
        for (BrokerImage broker : image.brokers()) {
            if (!broker.isActive()) {
                return "broker " + broker;
            }
        }
        for (TopicLife life : topics()) {
            if (image.topic(life.id()) == null) {
                return "topic " + life.name;
            }
        }
        for (TopicImage topic : image.topics()) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                PartitionImage partition = topic.partition(i);
                if (partition.leader() == PartitionImage.NO_LEADER
                        || partition.isr().size() < partition.replicas().size()
                        || !partition.move().equals(PartitionImage.Move.NONE)) {
                    return "replicas of " + topic.name() + "-" + i + ": " + partition;
                }
            }
        }
        return isBusy ? "" : missingAnswers();
    }

    private String missingAnswers() {
        if (unanswered() > 0) {
            return unanswered() + " acknowledgements";
        }
        for (GroupClient member : members) {
            if (!member.isIn()) {
                return "member " + member.caller.name();
            }
        }
        return "";
    }

    private int unanswered() {
        return producers.stream().mapToInt(ClusterProducer::unanswered).sum();
    }

    /// Batches that were acknowledged so far.
    long acknowledged() {
        return producers.stream().mapToLong(ClusterProducer::acknowledged).sum();
    }

    /// The machines of the clients that send.
    List<String> clientNames() {
        return producers.stream().map(ClusterProducer::name).toList();
    }

    /// A node takes leave, and is closed when it may go.
    void shutDown(ClusterMember node) {
        if (node.serves() && leaving.add(node)) {
            var mayGo = new boolean[1];
            var server = node.server();
            server.leave(() -> mayGo[0] = true);
            rig.await(() -> mayGo[0] || node.server() != server, 5_000);
            leaving.remove(node);
            if (mayGo[0] && node.server() == server) {
                rig.close(node);
            } else if (node.server() == server) {
                rig.crash(node, false);
            }
        }
    }

    /// True the first time; an id that was given twice is a finding.
    void isFreshProducerId(long producerId) {
        require(producerIds.add(producerId), "producer ids differ", "producerId", producerId);
    }

    HurtDisks disks() {
        return disks;
    }

    /// The newest leadership of a partition that any node knows of; -1 if none does.
    int leaderEpoch(TopicLife topic, int partition) {
        rig.nodes().forEach(watch::look);
        return watch.leaderEpoch(topic.id(), partition);
    }

    ClusterVoters voters() {
        return voters;
    }

    /// True if the node has heard of the topic, and so of the end of all that had its name.
    boolean isKnown(TopicLife topic, int node) {
        var server = rig.node(node).server();
        return server != null && server.image().topic(topic.id()) != null;
    }

    ClusterRig rig() {
        return rig;
    }

    List<TopicLife> topics() {
        return admin.topics();
    }

    /// True while clients send anything new.
    boolean isBusy() {
        return isBusy;
    }

    @Override
    public long rounds() {
        return rig.crashes();
    }

    @Override
    public long hash() {
        return rig.hash().value();
    }
}
