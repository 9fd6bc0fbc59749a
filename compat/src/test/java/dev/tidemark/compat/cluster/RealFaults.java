package dev.tidemark.compat.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// What is done to a cluster of three real processes while clients are at work on it. Each fault
/// is over, and everything in sync again, before the next one.
///
/// Confined to one thread.
final class RealFaults {
    private static final int NODES = 3;
    private static final int MOST_PAUSE_MS = 1500;
    /// Longer than a session.
    private static final int LONG_MS = 3000;

    private final RealCluster cluster;
    private final ClusterLoad load;
    private final String topic;
    private final Random random;

    /// All of them.
    enum Fault {
        KILL, KILL_CONTROLLER, HOLD_UP, WIPE, RESTART_ALL, ISOLATE_LEADER, ISOLATE_CONTROLLER,
        CUT_TWO_APART, CUT_ONE_WAY, CUT_RING
    }

    RealFaults(RealCluster cluster, ClusterLoad load, String topic, Random random) {
        this.cluster = cluster;
        this.load = load;
        this.topic = topic;
        this.random = random;
    }

    /// Does one, and waits until all is well again.
    void meet(Fault fault) throws Exception {
        switch (fault) {
            case KILL -> kill(anyNode());
            case KILL_CONTROLLER -> kill(cluster.controller());
            case HOLD_UP -> holdUp(anyNode());
            case WIPE -> wipe(anyNode());
            case RESTART_ALL -> restartAll();
            case ISOLATE_LEADER -> isolate(cluster.leader(topic, 0));
            case ISOLATE_CONTROLLER -> isolate(cluster.controller());
            case CUT_TWO_APART -> cutTwoApart();
            case CUT_ONE_WAY -> cutOneWay();
            case CUT_RING -> cutRing();
        }
        cluster.links().heal();
        cluster.awaitServing(NODES);
        cluster.awaitInSync(topic, NODES);
        load.awaitProgress();
    }

    private RealNode anyNode() {
        return cluster.node(1 + random.nextInt(NODES));
    }

    private void kill(RealNode node) throws Exception {
        node.kill();
        load.awaitProgress();
        pause(random.nextInt(MOST_PAUSE_MS));
        node.start();
    }

    private void holdUp(RealNode node) throws Exception {
        node.pause();
        try {
            load.awaitProgress();
            pause(random.nextInt(LONG_MS));
        } finally {
            node.resume();
        }
    }

    private void wipe(RealNode node) throws Exception {
        node.kill();
        load.awaitProgress();
        node.wipe();
        node.start();
        cluster.awaitServing(NODES);
        cluster.awaitVoting(node);
    }

    private void restartAll() throws Exception {
        for (RealNode node : cluster.nodes()) {
            node.stop();
            load.awaitProgress();
            node.start();
            cluster.awaitServing(NODES);
            cluster.awaitInSync(topic, NODES);
        }
    }

    /// The other two go on without it; clients still reach it.
    private void isolate(RealNode node) {
        for (int other = 1; other <= NODES; other++) {
            if (other != node.id()) {
                cluster.links().cutBothWays(node.id(), other);
            }
        }
        load.awaitProgress();
        pause(random.nextInt(LONG_MS));
    }

    /// Both still reach the third one.
    private void cutTwoApart() {
        List<Integer> ids = shuffled();
        cluster.links().cutBothWays(ids.get(0), ids.get(1));
        pause(LONG_MS);
    }

    /// One hears the other, and is not heard.
    private void cutOneWay() {
        List<Integer> ids = shuffled();
        cluster.links().cut(ids.get(0), ids.get(1));
        pause(LONG_MS);
    }

    /// Each hears one of the others.
    private void cutRing() {
        List<Integer> ids = shuffled();
        for (int i = 0; i < NODES; i++) {
            cluster.links().cut(ids.get(i), ids.get((i + 1) % NODES));
        }
        pause(LONG_MS);
    }

    private List<Integer> shuffled() {
        List<Integer> ids = new ArrayList<>(List.of(1, 2, 3));
        Collections.shuffle(ids, random);
        return ids;
    }

    private static void pause(long ms) {
        long endNs = System.nanoTime() + ms * 1_000_000L;
        while (System.nanoTime() < endNs) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
    }
}
