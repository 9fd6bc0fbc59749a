package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.sim.SimNet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.apache.kafka.common.internals.Topic;

/// What a scenario tells a simulated cluster to go through, step by step, while its clients work.
/// All promises of [WholeClusterWorld] are held meanwhile, and at the end.
///
/// Nodes are told by their numbers, from 1 on. What a script does not say is drawn from the seed.
public final class ClusterScript {
    private static final long NS_PER_MS = 1_000_000;
    private static final int MILLION = 1_000_000;
    private static final int PATIENCE_MS = 30_000;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final SimNet net;
    private final Prng prng;

    private ClusterScript(WholeClusterWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.net = rig.net();
        this.prng = prng;
    }

    /// What a scenario needs of its cluster.
    ///
    /// @param nodes how many
    /// @param founders how many of them vote from the beginning
    /// @param replicas of each partition
    /// @param groups of consumers
    /// @param rollMs after which a segment ends; 0 for the default
    /// @param retentionMs after which records may go; 0 for never
    /// @param roomBytes on each disk, besides the journal and the reserve; 0 for any number
    public record Stage(int nodes, int founders, int replicas, int groups, int rollMs,
            long retentionMs, long roomBytes) {
        /// Three nodes, three replicas, a group of each kind.
        public static final Stage PLAIN = new Stage(3, 3, 2, 0, 0, 0);

        /// All nodes vote.
        public Stage(int nodes, int replicas, int groups, int rollMs, long retentionMs,
                long roomBytes) {
            this(nodes, nodes, replicas, groups, rollMs, retentionMs, roomBytes);
        }
    }

    /// A scenario.
    @FunctionalInterface
    public interface Play {
        /// Goes through it.
        void on(ClusterScript script);
    }

    /// Plays one scenario to its end, when everything must be whole again, and in place.
    ///
    /// @return what tells this run from others
    public static long play(long seed, Trace trace, Stage stage, Play play) {
        var prng = new Prng(seed);
        var world = new WholeClusterWorld(prng.nextLong(), trace, plan -> plan.on(stage),
                stage.nodes());
        var script = new ClusterScript(world, prng);
        script.run(script.between(300, 900));
        play.on(script);
        world.finish();
        return world.hash();
    }

    /// A number of `[from, end)`.
    public int between(int from, int end) {
        return from + prng.nextInt(end - from);
    }

    /// True as often as not.
    public boolean isHeads() {
        return prng.chance(1, 2);
    }

    /// Goes on for so long.
    public void run(int ms) {
        world.run(ms);
    }

    /// Who leads a drawn partition of the clients' topics.
    public int leader() {
        PartitionImage state = partition();
        await("a partition has a leader", () -> partition().leader() > 0);
        return state.leader() > 0 ? state.leader() : partition().leader();
    }

    /// The state of the first topic's first partition, as the node knows that knows most.
    private PartitionImage partition() {
        TopicImage topic = rig.newestImage().topic(world.topics().getFirst().id());
        return topic == null ? new PartitionImage(List.of(1), List.of(1), List.of(),
                PartitionImage.NO_LEADER, 0, 0) : topic.partition(0);
    }

    /// How many replicas of that partition are in sync.
    public int inSync() {
        return partition().isr().size();
    }

    /// Who is the active controller.
    public int controller() {
        return found(id -> rig.node(id).isRunning() && rig.node(id).server().controls());
    }

    /// Who coordinates a drawn group.
    public int coordinator() {
        TopicImage groups = rig.newestImage().topic(Topic.GROUP_METADATA_TOPIC_NAME);
        int leader = groups == null ? 0
                : groups.partition(prng.nextInt(groups.partitionCount())).leader();
        return leader > 0 ? leader : someNode();
    }

    private int found(IntPredicate which) {
        for (int id = 1; id <= rig.nodes().size(); id++) {
            if (which.test(id)) {
                return id;
            }
        }
        return someNode();
    }

    /// Any node.
    public int someNode() {
        return between(1, rig.nodes().size() + 1);
    }

    /// Any node but these.
    public int otherThan(Integer... ids) {
        List<Integer> others = new ArrayList<>();
        rig.nodes().forEach(node -> others.add(node.id));
        others.removeAll(List.of(ids));
        return others.get(prng.nextInt(others.size()));
    }

    /// Kills a process.
    public void kill(int id) {
        if (rig.node(id).isRunning()) {
            rig.crash(rig.node(id), false);
        }
    }

    /// Takes the power from a machine.
    public void losePower(int id) {
        if (rig.node(id).isRunning()) {
            rig.crash(rig.node(id), true);
        }
    }

    /// The power goes inside of one of the next operations of its disk.
    public void losePowerSoon(int id) {
        rig.node(id).computer().disk().faults().losePowerAfter(prng.nextInt(60));
    }

    /// Starts a process, if none runs, or one that has seen its disk fail.
    public void start(int id) {
        ClusterMember node = rig.node(id);
        if (node.isFailed()) {
            rig.crash(node, false);
        }
        if (!node.isRunning()) {
            rig.boot(node);
        }
    }

    /// Starts all that do not run.
    public void startAll() {
        rig.nodes().forEach(node -> start(node.id));
    }

    /// A node takes leave, is closed, and starts again.
    public void restart(int id) {
        world.shutDown(rig.node(id));
        start(id);
    }

    /// A process stands still.
    public void pause(int id, int ms) {
        if (rig.node(id).isRunning()) {
            rig.note("pauses node " + id, ms);
            rig.node(id).computer().pause(ms);
        }
    }

    /// A calendar is set forwards, or back.
    public void jumpClock(int id, long ms) {
        rig.note("jumps the clock of " + id, ms);
        rig.node(id).computer().clock().jump(ms);
    }

    /// A clock runs faster, or slower.
    public void driftClock(int id, int perMillion) {
        rig.node(id).computer().clock().drift(perMillion);
    }

    /// Two nodes can't reach each other.
    public void cut(int one, int other) {
        rig.note("cuts " + one + " from", other);
        net.cut(ClusterMember.name(one), ClusterMember.name(other));
    }

    /// What one node sends to another does not arrive.
    public void cutOneWay(int from, int to) {
        rig.note("cuts the way from " + from + " to", to);
        net.link(ClusterMember.name(from), ClusterMember.name(to)).cut();
    }

    /// What a node answers to clients does not arrive; what they ask does.
    public void cutAnswers(int id) {
        rig.note("cuts the answers of", id);
        for (String client : world.clientNames()) {
            net.link(ClusterMember.name(id), client).cut();
        }
    }

    /// Nobody reaches the node, nor it anybody.
    public void isolate(int id) {
        rig.note("isolates", id);
        net.isolate(ClusterMember.name(id));
    }

    /// No other node reaches the node; clients do.
    public void isolateFromNodes(int id) {
        for (ClusterMember other : rig.nodes()) {
            if (other.id != id) {
                cut(id, other.id);
            }
        }
    }

    /// All connections between two nodes break.
    public void reset(int one, int other) {
        net.reset(ClusterMember.name(one), ClusterMember.name(other));
    }

    /// What goes from one to another takes up to so long.
    public void slow(int from, int to, int mostMs) {
        net.link(ClusterMember.name(from), ClusterMember.name(to))
                .delay(NS_PER_MS, mostMs * NS_PER_MS);
    }

    /// So few bytes go from one to another in a millisecond.
    public void clog(int from, int to, int bytesPerMs) {
        net.link(ClusterMember.name(from), ClusterMember.name(to)).clog(bytesPerMs);
    }

    /// All links are whole again.
    public void heal() {
        rig.note("heals", 0);
        net.heal();
    }

    /// A share of its syncs takes up to so long.
    public void slowDisk(int id, int percent, int mostMs) {
        rig.node(id).computer().disk().faults().stall(percent * MILLION / 100, NS_PER_MS,
                (1L + mostMs) * NS_PER_MS);
    }

    /// Its disk is as it should be.
    public void mendDisk(int id) {
        rig.node(id).computer().disk().faults().clear();
    }

    /// Its next sync fails.
    public void failSync(int id) {
        rig.node(id).mayRefuse();
        rig.node(id).computer().disk().faults().failNextSyncs(1);
    }

    /// There is room on all disks.
    public void makeRoom() {
        rig.nodes().forEach(ClusterMember::grow);
    }

    /// A node loses its disk and comes back with an empty one.
    public void wipe(int id) {
        kill(id);
        rig.note("wipes node", id);
        rig.node(id).wipe();
        start(id);
    }

    /// A node ends, a bit of one of its files flips, and it comes back.
    public void rot(int id) {
        world.disks().rot(rig.node(id));
    }

    /// A node that comes to the quorum and goes is made a voter, or is one no more.
    public void changeVoters() {
        world.voters().change();
    }

    /// A topic is deleted, and another of its name created.
    public void recreate() {
        TopicLife topic = world.topics().getFirst();
        if (topic.isUsable()) {
            topic.doom();
        }
    }

    /// Batches that were acknowledged so far.
    public long acknowledged() {
        return world.acknowledged();
    }

    /// Something more is acknowledged before long.
    public void mustGoOn() {
        long before = acknowledged();
        await("clients go on", () -> acknowledged() > before);
    }

    /// Everything becomes whole.
    public void awaitWhole() {
        world.awaitWhole("a cluster becomes whole again");
    }

    /// Goes on until it is so, which must be within half a minute.
    public void await(String promise, BooleanSupplier condition) {
        require(rig.await(condition, PATIENCE_MS), promise, "seconds", PATIENCE_MS / 1_000);
    }
}
