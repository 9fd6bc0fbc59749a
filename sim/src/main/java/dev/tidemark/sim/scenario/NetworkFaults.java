package dev.tidemark.sim.scenario;

import dev.tidemark.sim.cluster.ClusterScript;

/// Scenarios of faults in the network, in time, and of processes (13 to 21).
final class NetworkFaults {
    private static final int HOUR_MS = 3_600_000;

    private NetworkFaults() {
    }

    /// 13: a leader is alone with its clients. It must not go on alone; the others do.
    static void leaderAlone(ClusterScript script) {
        int leader = script.leader();
        script.isolateFromNodes(leader);
        script.run(script.between(2_000, 6_000));
        script.await("the others elect a leader", () -> script.leader() != leader);
        script.mustGoOn();
        script.heal();
        script.mustGoOn();
    }

    /// 14: both ways, one way, a ring, and leaders cut off one after the other.
    static void partitions(ClusterScript script) {
        int one = script.someNode();
        script.cut(one, script.otherThan(one));
        script.run(script.between(500, 4_000));
        script.heal();
        script.cutOneWay(script.leader(), script.controller());
        script.run(script.between(500, 4_000));
        script.heal();
        for (int i = 0; i < 5; i++) {
            script.cut(1 + i, 1 + (i + 2) % 5);
        }
        script.run(script.between(500, 4_000));
        script.heal();
        for (int round = 0; round < 3; round++) {
            script.isolateFromNodes(script.leader());
            script.run(script.between(500, 2_500));
            script.heal();
            script.run(script.between(1, 300));
        }
        script.mustGoOn();
    }

    /// 15: what replicas ask and are told comes late, in bursts, or belongs to a leadership before.
    static void lateReplication(ClusterScript script) {
        for (int round = script.between(2, 5); round > 0; round--) {
            int leader = script.leader();
            int follower = script.otherThan(leader);
            script.slow(follower, leader, script.between(50, 1_500));
            script.slow(leader, follower, script.between(50, 1_500));
            script.run(script.between(500, 2_000));
            if (script.isHeads()) {
                script.isolateFromNodes(leader);
            } else {
                script.pause(leader, script.between(1_000, 2_500));
            }
            script.run(script.between(1_000, 3_000));
            script.reset(leader, script.otherThan(leader));
            script.heal();
            script.run(script.between(1, 500));
        }
        script.mustGoOn();
    }

    /// 16: a leader, coordinator or controller stands still for longer than its lease.
    static void standstill(ClusterScript script) {
        for (int round = script.between(2, 4); round > 0; round--) {
            int still = switch (script.between(0, 3)) {
                case 0 -> script.leader();
                case 1 -> script.controller();
                default -> script.coordinator();
            };
            script.pause(still, script.between(400, 5_000));
            script.run(script.between(3_000, 6_000));
        }
        script.mustGoOn();
    }

    /// 17: calendars jump by hours, clocks run at other speeds.
    static void clocks(ClusterScript script) {
        for (int round = script.between(4, 10); round > 0; round--) {
            int id = script.someNode();
            script.jumpClock(id, script.between(-3 * HOUR_MS, 3 * HOUR_MS));
            script.driftClock(script.someNode(), script.between(-10_000, 10_000));
            script.run(script.between(100, 1_500));
            if (script.isHeads()) {
                script.kill(id);
                script.start(id);
            }
        }
        script.mustGoOn();
    }

    /// 18: nodes are killed again and again, also while they start.
    static void kills(ClusterScript script) {
        for (int round = script.between(10, 25); round > 0; round--) {
            int id = script.someNode();
            script.kill(id);
            script.run(script.between(1, 200));
            script.start(id);
            script.run(script.between(1, 600));
        }
        script.mustGoOn();
    }

    /// 19: nodes are made voters and taken away again, while controllers are cut off and killed.
    static void changingVoters(ClusterScript script) {
        for (int round = script.between(6, 14); round > 0; round--) {
            script.changeVoters();
            script.run(script.between(1, 1_000));
            int one = script.isHeads() ? script.controller() : script.someNode();
            switch (script.between(0, 4)) {
                case 0 -> script.isolate(one);
                case 1 -> script.kill(one);
                case 2 -> script.cut(one, script.otherThan(one));
                default -> script.changeVoters();
            }
            script.run(script.between(500, 2_500));
            script.heal();
            script.startAll();
        }
        script.mustGoOn();
    }

    /// 21: pauses of all nodes, and links that let little through to one of them.
    static void storm(ClusterScript script) {
        int starved = script.someNode();
        for (int id = 1; id <= 3; id++) {
            if (id != starved) {
                script.clog(id, starved, script.between(1, 20));
            }
        }
        for (int round = script.between(5, 15); round > 0; round--) {
            script.pause(script.someNode(), script.between(50, 800));
            script.run(script.between(50, 500));
        }
        script.heal();
        script.mustGoOn();
    }
}
