package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import dev.tidemark.journal.JournalConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What kind of cluster, clients and faults a seed makes. Worlds differ, so that one fault does not
/// hide what another would show.
///
/// @param nodes all of which keep records
/// @param voters which of them vote
/// @param settings what each node's file sets
/// @param journal its sizes
/// @param roomBytes what fits on each disk before it is full; 0 for any number
/// @param topics how many names
/// @param partitions of each topic
/// @param replicas of each partition
/// @param retentionMs after which records may go; 0 for never
/// @param producers clients that send
/// @param readers clients that read
/// @param groups groups of consumers, each of two members
/// @param valueBytes what most records' values stay below
/// @param faults what may go wrong; one that is there twice is drawn twice as often
/// @param faultPercent steps that begin a fault
/// @param mendPercent steps that begin to take one back
record ClusterPlan(int nodes, VotersPlan voters, Map<String, String> settings,
        JournalConfig journal, long roomBytes, int topics, int partitions, int replicas,
        long retentionMs, int producers, int readers, int groups, int valueBytes,
        List<ClusterFault> faults, int faultPercent, int mendPercent) {
    private static final int BLOCK = 4096;

    /// Who votes.
    ///
    /// @param founders how many nodes begin the quorum, and vote for ever; the others come to it
    /// @param comeByThemselves true if the others do not wait to be told to
    record VotersPlan(int founders, boolean comeByThemselves) {
        static VotersPlan draw(Prng prng, int nodes) {
            boolean isGrowing = prng.chance(1, 2);
            return new VotersPlan(nodes >= 5 && isGrowing ? 3 : nodes, prng.chance(1, 2));
        }

        /// True if the node votes when all is well.
        boolean mustVote(int id) {
            return id <= founders || comeByThemselves;
        }
    }

    /// @param nodes how many; 0 to draw it too
    static ClusterPlan draw(Prng prng, int nodes) {
        int drawn = prng.chance(1, 6) ? 5 : 3;
        int count = nodes == 0 ? drawn : nodes;
        int replicas = prng.chance(1, 5) ? 2 : 3;
        return new ClusterPlan(count, VotersPlan.draw(prng, count), settings(prng), journal(prng),
                prng.chance(1, 10) ? (100 + prng.nextInt(300)) << 10 : 0,
                1 + prng.nextInt(2), 1 + prng.nextInt(3), replicas,
                prng.chance(1, 8) ? 1_000 + prng.nextInt(4_000) : 0, 1 + prng.nextInt(2), 1,
                prng.nextInt(3), 16 << prng.nextInt(6), faults(prng, replicas),
                5 + prng.nextInt(15), 5 + prng.nextInt(20));
    }

    /// The same with these faults alone.
    ClusterPlan with(List<ClusterFault> only) {
        return new ClusterPlan(nodes, voters, settings, journal, 0, topics, partitions, replicas,
                retentionMs, producers, readers, groups, valueBytes, only, faultPercent,
                mendPercent);
    }

    /// The same as a scenario needs it, in which nothing goes wrong by itself.
    ClusterPlan on(ClusterScript.Stage stage) {
        Map<String, String> file = new HashMap<>(settings);
        if (stage.rollMs() > 0) {
            file.put("log.roll.ms", Integer.toString(stage.rollMs()));
        }
        return new ClusterPlan(stage.nodes(), new VotersPlan(stage.founders(), false),
                Map.copyOf(file), journal, stage.roomBytes(), topics, partitions,
                stage.replicas(), stage.retentionMs(), producers, readers,
                stage.groups(), valueBytes, List.of(), 0, 0);
    }

    /// What `min.insync.replicas` is set to at the least: with less than two, a record may be on
    /// one disk alone when it is acknowledged.
    int leastInSync() {
        return faults.contains(ClusterFault.WIPED_DISK) || faults.contains(ClusterFault.BIT_ROT)
                ? 2 : 1;
    }

    private static Map<String, String> settings(Prng prng) {
        Map<String, String> file = new HashMap<>();
        file.put("offsets.topic.num.partitions", "2");
        file.put("log.cleaner.enable", "false");
        // Calendars jump by hours.
        file.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
        if (prng.chance(1, 2)) {
            file.put("log.roll.ms", Integer.toString(100 + prng.nextInt(5_000)));
        }
        if (prng.chance(1, 3)) {
            file.put("replica.lag.time.max.ms", Integer.toString(500 + prng.nextInt(5_000)));
        }
        return Map.copyOf(file);
    }

    private static JournalConfig journal(Prng prng) {
        long first = (4 + prng.nextInt(8)) * (long) BLOCK;
        long most = first + prng.nextInt(9) * (long) BLOCK;
        return new JournalConfig((4 + prng.nextInt(3)) * most, first, most,
                BLOCK << prng.nextInt(4), 0);
    }

    private static List<ClusterFault> faults(Prng prng, int replicas) {
        List<ClusterFault> chosen = new ArrayList<>();
        for (ClusterFault fault : ClusterFault.values()) {
            int times = prng.nextInt(5) - 1;
            // Of two, one may be in sync alone: then more than its machine must not fail.
            if (replicas == 2 && (fault == ClusterFault.WIPED_DISK
                    || fault == ClusterFault.BIT_ROT)) {
                times = 0;
            }
            for (int i = 0; i < times; i++) {
                chosen.add(fault);
            }
        }
        return chosen.isEmpty() ? List.of(ClusterFault.KILL) : List.copyOf(chosen);
    }
}
