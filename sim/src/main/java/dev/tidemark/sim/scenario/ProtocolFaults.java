package dev.tidemark.sim.scenario;

import dev.tidemark.sim.cluster.ClusterScript;

/// Scenarios of what protocols must bear (22 to 32).
final class ProtocolFaults {
    private ProtocolFaults() {
    }

    /// 22: a leader's answers are lost, then it is; the producer sends again to the next one.
    static void retryAcrossLeaders(ClusterScript script) {
        for (int round = script.between(2, 4); round > 0; round--) {
            int leader = script.leader();
            script.cutAnswers(leader);
            script.run(script.between(50, 500));
            if (script.isHeads()) {
                script.losePower(leader);
            } else {
                script.restart(leader);
            }
            script.run(script.between(500, 2_000));
            script.heal();
            script.start(leader);
            script.mustGoOn();
        }
    }

    /// 23: records go by retention and by deletion, and their producers go on, also at new leaders.
    static void forgottenRecords(ClusterScript script) {
        for (int round = script.between(3, 6); round > 0; round--) {
            script.run(script.between(1_500, 4_000));
            int leader = script.leader();
            script.cutAnswers(leader);
            script.run(script.between(1, 300));
            script.losePower(leader);
            script.heal();
            script.run(script.between(300, 2_000));
            script.start(leader);
        }
        script.mustGoOn();
    }

    /// 28: leaders move by every way there is, while readers look at how far they may read.
    static void highWatermarks(ClusterScript script) {
        for (int round = script.between(3, 6); round > 0; round--) {
            int leader = script.leader();
            switch (script.between(0, 4)) {
                case 0 -> script.losePower(leader);
                case 1 -> script.isolateFromNodes(leader);
                case 2 -> script.restart(leader);
                default -> script.pause(leader, script.between(1_000, 3_000));
            }
            script.run(script.between(500, 3_000));
            script.heal();
            script.start(leader);
            script.run(script.between(1, 1_000));
        }
        script.mustGoOn();
    }

    /// 29: retention and deletion take records, leaders move, and clients ask where times are.
    static void retentionRaces(ClusterScript script) {
        for (int round = script.between(3, 6); round > 0; round--) {
            script.run(script.between(1_000, 3_000));
            script.restart(script.leader());
            script.run(script.between(100, 1_000));
            script.kill(script.leader());
            script.run(script.between(100, 1_000));
            script.startAll();
        }
        script.mustGoOn();
    }

    /// 30: a topic is deleted and made again, while a node that keeps it is away.
    static void recreation(ClusterScript script) {
        for (int round = script.between(2, 5); round > 0; round--) {
            int away = script.isHeads() ? script.leader() : script.someNode();
            if (script.isHeads()) {
                script.isolate(away);
            } else {
                script.losePower(away);
            }
            script.run(script.between(1, 1_000));
            script.recreate();
            script.run(script.between(500, 4_000));
            script.heal();
            script.start(away);
            script.run(script.between(1, 1_500));
        }
        script.mustGoOn();
    }

    /// 32: coordinators go while groups rebalance.
    static void coordinatorFailover(ClusterScript script) {
        for (int round = script.between(3, 7); round > 0; round--) {
            int coordinator = script.coordinator();
            switch (script.between(0, 4)) {
                case 0 -> script.kill(coordinator);
                case 1 -> script.losePower(coordinator);
                case 2 -> script.isolateFromNodes(coordinator);
                default -> script.pause(coordinator, script.between(500, 3_000));
            }
            script.run(script.between(500, 4_000));
            script.heal();
            script.start(coordinator);
            script.run(script.between(1, 2_000));
        }
        script.mustGoOn();
    }
}
