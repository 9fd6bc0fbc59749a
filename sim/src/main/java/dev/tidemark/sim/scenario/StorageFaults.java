package dev.tidemark.sim.scenario;

import dev.tidemark.sim.cluster.ClusterScript;

/// Scenarios of faults in storage and power (1 to 12).
final class StorageFaults {
    private StorageFaults() {
    }

    /// 1: all machines lose their power right after something was acknowledged.
    static void powerOfAll(ClusterScript script) {
        for (int round = script.between(2, 4); round > 0; round--) {
            script.mustGoOn();
            for (int id = 1; id <= 3; id++) {
                script.losePower(id);
            }
            script.run(script.between(1, 500));
            script.startAll();
            script.run(script.between(500, 3_000));
        }
    }

    /// 2: a node forgets what it had not synced and forms a majority with one that was paused.
    static void amnesiaAndPauses(ClusterScript script) {
        for (int round = script.between(2, 4); round > 0; round--) {
            int amnesiac = script.leader();
            int late = script.otherThan(amnesiac);
            script.pause(late, script.between(500, 3_000));
            script.run(script.between(1, 1_000));
            script.losePower(amnesiac);
            script.run(script.between(1, 100));
            script.start(amnesiac);
            script.isolate(script.otherThan(amnesiac, late));
            script.run(script.between(2_000, 5_000));
            script.heal();
            script.mustGoOn();
        }
    }

    /// 3: the last one in sync loses its power; nobody else may lead until it is back.
    static void lastInSync(ClusterScript script) {
        int last = script.leader();
        script.kill(script.otherThan(last));
        script.run(script.between(200, 3_000));
        for (int id = 1; id <= 3; id++) {
            if (id != last) {
                script.kill(id);
            }
        }
        script.run(script.between(1, 2_000));
        script.losePower(last);
        for (int id = 1; id <= 3; id++) {
            if (id != last) {
                script.start(id);
            }
        }
        script.run(script.between(2_000, 6_000));
        script.start(last);
        script.mustGoOn();
    }

    /// 4: the power goes inside of a write, again and again.
    static void tornWrites(ClusterScript script) {
        for (int round = script.between(4, 8); round > 0; round--) {
            int id = script.isHeads() ? script.leader() : script.someNode();
            script.losePowerSoon(id);
            script.run(script.between(200, 1_500));
            script.startAll();
            script.run(script.between(200, 1_500));
        }
    }

    /// 5: a node ends, a bit of its journal or of a segment flips, and it comes back; another one
    /// after it.
    static void rottenDisks(ClusterScript script) {
        for (int round = script.between(2, 5); round > 0; round--) {
            script.awaitWhole();
            script.rot(script.isHeads() ? script.leader() : script.someNode());
            script.run(script.between(100, 2_000));
            if (script.isHeads()) {
                script.kill(script.leader());
                script.run(script.between(100, 1_500));
                script.startAll();
            }
        }
        script.awaitWhole();
        script.mustGoOn();
    }

    /// 7: a leader's, a controller's or a follower's disk refuses to sync.
    static void failedSyncs(ClusterScript script) {
        for (int round = script.between(2, 4); round > 0; round--) {
            int id = script.isHeads() ? script.leader() : script.controller();
            script.failSync(id);
            script.run(script.between(500, 3_000));
            script.start(id);
            script.mustGoOn();
        }
    }

    /// 8: disks fill up until nothing is taken any more; then there is room again.
    static void fullDisks(ClusterScript script) {
        script.run(script.between(5_000, 15_000));
        script.makeRoom();
        script.startAll();
        script.mustGoOn();
    }

    /// 8: disks take up to a second and a half to sync.
    static void slowDisks(ClusterScript script) {
        int slow = script.isHeads() ? script.leader() : script.controller();
        script.slowDisk(slow, script.between(5, 100), script.between(50, 1_500));
        script.slowDisk(script.someNode(), script.between(1, 20), 500);
        script.run(script.between(2_000, 8_000));
        script.mendDisk(slow);
        script.mustGoOn();
    }

    /// 9: the power goes while segments begin and end all the time.
    static void lostNames(ClusterScript script) {
        for (int round = script.between(3, 6); round > 0; round--) {
            script.run(script.between(300, 1_500));
            script.losePowerSoon(script.leader());
            script.run(script.between(300, 1_500));
            script.losePower(script.someNode());
            script.startAll();
            script.run(script.between(300, 1_000));
        }
    }

    /// 10: a node comes back with an empty disk, another one after it.
    static void wipedDisks(ClusterScript script) {
        for (int round = script.between(1, 3); round > 0; round--) {
            script.awaitWhole();
            script.wipe(script.isHeads() ? script.leader() : script.someNode());
            script.run(script.between(100, 2_000));
        }
        script.awaitWhole();
        script.mustGoOn();
    }

    /// 11: the power goes while retention gives segments up.
    static void crashInRetention(ClusterScript script) {
        for (int round = script.between(3, 6); round > 0; round--) {
            script.run(script.between(1_000, 4_000));
            script.losePowerSoon(script.someNode());
            script.run(script.between(500, 2_000));
            script.startAll();
        }
    }

    /// 12: the journal's files are filled as soon as they are given back, and one node is behind.
    static void journalReuse(ClusterScript script) {
        int slow = script.someNode();
        script.slowDisk(slow, 50, 300);
        for (int round = script.between(2, 5); round > 0; round--) {
            script.run(script.between(1_000, 3_000));
            script.kill(slow);
            script.losePower(script.otherThan(slow));
            script.run(script.between(1, 300));
            script.startAll();
        }
        script.mendDisk(slow);
        script.mustGoOn();
    }
}
