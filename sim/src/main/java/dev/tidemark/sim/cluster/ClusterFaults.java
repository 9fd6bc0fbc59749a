package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.sim.SimNet;
import java.util.ArrayList;
import java.util.List;

/// Makes things go wrong, and takes that back.
final class ClusterFaults {
    private static final long NS_PER_MS = 1_000_000;
    private static final int HOUR_MS = 3_600_000;
    private static final int MILLION = 1_000_000;
    private static final int LONGEST_PAUSE_MS = 5_000;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final SimNet net;
    private final Prng prng;

    ClusterFaults(WholeClusterWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.net = rig.net();
        this.prng = prng;
    }

    /// Begins a fault somewhere; nothing happens where there is no place for it.
    void begin(ClusterFault fault) {
        List<ClusterMember> running = running();
        if (running.isEmpty()) {
            return;
        }
        ClusterMember node = running.get(prng.nextInt(running.size()));
        rig.note("fault " + fault + " at", node.id);
        switch (fault) {
            case KILL -> rig.crash(node, false);
            case POWER_LOSS -> rig.crash(node, true);
            case POWER_LOSS_SOON ->
                    node.computer().disk().faults().losePowerAfter(prng.nextInt(60));
            case BLACKOUT -> running.forEach(one -> rig.crash(one, true));
            case CONTROLLER_LOSS -> rig.crash(controller(node), prng.chance(1, 2));
            case LEADER_LOSS -> rig.crash(leader(node), prng.chance(1, 2));
            case SHUTDOWN -> world.shutDown(node);
            case PAUSE -> pause(prng.chance(1, 2) ? leader(node) : node);
            case CLOCK -> clock(node);
            case CUT, ONE_WAY_CUT, RESET, SLOW_LINK, CLOGGED_LINK -> link(fault, node);
            case RING -> ring();
            case ISOLATION -> net.isolate(ClusterMember.name(node.id));
            case LEADER_ISOLATION -> isolateFromNodes(leader(node));
            case SLOW_DISK -> node.computer().disk().faults().stall(prng.nextInt(MILLION),
                    NS_PER_MS, (2 + prng.nextInt(1_500)) * NS_PER_MS);
            case SYNC_FAILURE -> {
                node.mayRefuse();
                node.computer().disk().faults().failNextSyncs(1);
            }
            case WIPED_DISK -> world.disks().wipe(node);
            case BIT_ROT -> world.disks().rot(node);
            case VOTER_CHANGE -> world.voters().change();
            case RECREATION -> recreate();
        }
    }

    private List<ClusterMember> running() {
        return rig.nodes().stream().filter(ClusterMember::isRunning).toList();
    }

    private ClusterMember controller(ClusterMember otherwise) {
        return running().stream().filter(node -> node.server().controls()).findFirst()
                .orElse(otherwise);
    }

    /// Who leads a drawn partition, as `witness` knows.
    private ClusterMember leader(ClusterMember witness) {
        MetadataImage image = witness.server().image();
        List<ClusterMember> leaders = new ArrayList<>();
        for (TopicImage topic : image.topics()) {
            int id = topic.partition(prng.nextInt(topic.partitionCount())).leader();
            if (id > 0 && rig.node(id).isRunning()) {
                leaders.add(rig.node(id));
            }
        }
        return leaders.isEmpty() ? witness : leaders.get(prng.nextInt(leaders.size()));
    }

    private void pause(ClusterMember node) {
        long ms = 1L + prng.nextInt(prng.chance(1, 3) ? LONGEST_PAUSE_MS : 500);
        rig.note("pauses node " + node.id, ms);
        node.computer().pause(ms);
    }

    private void clock(ClusterMember node) {
        if (prng.chance(1, 2)) {
            node.computer().clock().jump(prng.nextInt(6 * HOUR_MS) - 3 * HOUR_MS);
        } else {
            node.computer().clock().drift(prng.nextInt(20_001) - 10_000);
        }
    }

    private void link(ClusterFault fault, ClusterMember node) {
        String one = ClusterMember.name(node.id);
        int further = prng.nextInt(rig.nodes().size() - 1);
        String other = ClusterMember.name(1 + (node.id + further) % rig.nodes().size());
        rig.note("  between " + one + " and " + other, 0);
        if (fault == ClusterFault.CUT) {
            net.cut(one, other);
        } else if (fault == ClusterFault.ONE_WAY_CUT) {
            net.link(one, other).cut();
        } else if (fault == ClusterFault.RESET) {
            net.reset(one, other);
        } else if (fault == ClusterFault.SLOW_LINK) {
            net.link(one, other).delay(NS_PER_MS, (2 + prng.nextInt(600)) * NS_PER_MS);
        } else {
            net.link(one, other).clog(1 + prng.nextInt(100));
        }
    }

    private void ring() {
        int count = rig.nodes().size();
        for (int i = 0; i < count; i++) {
            for (int far = 2; far < count - 1; far++) {
                net.cut(ClusterMember.name(1 + i), ClusterMember.name(1 + (i + far) % count));
            }
            if (count == 3) {
                net.link(ClusterMember.name(1 + i), ClusterMember.name(1 + (i + 1) % count)).cut();
            }
        }
    }

    private void isolateFromNodes(ClusterMember node) {
        for (ClusterMember other : rig.nodes()) {
            if (other != node) {
                net.cut(ClusterMember.name(node.id), ClusterMember.name(other.id));
            }
        }
    }

    private void recreate() {
        List<TopicLife> topics = world.topics();
        TopicLife topic = topics.get(prng.nextInt(topics.size()));
        if (topic.isUsable()) {
            topic.doom();
        }
    }

    /// Takes some fault back.
    void mend() {
        int choice = prng.nextInt(4);
        if (choice == 0) {
            net.heal();
            rig.note("heals", 0);
        } else {
            List<ClusterMember> out = rig.nodes().stream()
                    .filter(node -> !node.isRunning() || node.isFailed()).toList();
            if (!out.isEmpty()) {
                restart(out.get(prng.nextInt(out.size())));
            } else if (choice == 1) {
                ClusterMember node = rig.nodes().get(prng.nextInt(rig.nodes().size()));
                node.computer().disk().faults().clear();
            }
        }
    }

    private void restart(ClusterMember node) {
        if (node.isRunning()) {
            rig.crash(node, prng.chance(1, 2));
        }
        if (prng.chance(1, 2)) {
            node.grow();
        }
        rig.boot(node);
    }

    /// Takes all of it back.
    void end() {
        net.heal();
        for (ClusterMember node : rig.nodes()) {
            node.grow();
            node.computer().disk().faults().clear();
        }
        restartAll();
    }

    /// Starts again what does not run, or has seen its disk fail, if only by now.
    void restartAll() {
        for (ClusterMember node : rig.nodes()) {
            if (!node.isRunning() || node.isFailed()) {
                restart(node);
            }
        }
    }
}
