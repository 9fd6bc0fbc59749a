package dev.tidemark.sim.node;

import dev.tidemark.base.Prng;
import dev.tidemark.journal.JournalConfig;
import dev.tidemark.node.ClusterConfig;
import dev.tidemark.node.NodeConfig;
import dev.tidemark.store.StoreConfig;
import java.util.HashMap;
import java.util.Map;

/// What kind of node and clients a seed makes. Worlds differ, so that one fault does not hide what
/// another would show.
///
/// @param config the node's
/// @param valueBytes what most records' values stay below
/// @param topics names that topics may have
/// @param clients of each kind
/// @param members of groups
/// @param crashPerMille steps that begin a crash
/// @param faultPerMille steps that begin a fault of the disk
/// @param hangUpPerMille steps in which a client breaks its connection
/// @param unsyncedPercent topics whose acknowledgements do not wait for the disk
/// @param retentionPercent topics that forget
/// @param capacityBytes of the disk; -1 for no limit
record NodePlan(NodeConfig config, int valueBytes, int topics, int clients, int members,
        int crashPerMille, int faultPerMille, int hangUpPerMille, int unsyncedPercent,
        int retentionPercent, long capacityBytes) {
    private static final int BLOCK = 4096;

    static NodePlan draw(Prng prng) {
        NodeConfig config = config(prng);
        return new NodePlan(config, 16 << prng.nextInt(7), 1 + prng.nextInt(4),
                1 + prng.nextInt(3), prng.chance(1, 2) ? 0 : 2 + prng.nextInt(5),
                5 + prng.nextInt(30),
                prng.chance(1, 2) ? 0 : 5 + prng.nextInt(15), prng.nextInt(40),
                prng.chance(1, 2) ? 0 : 30, prng.chance(1, 2) ? 0 : 40,
                prng.chance(1, 4) ? capacityBytes(config, (10 + prng.nextInt(100)) << 10) : -1);
    }

    /// So much that `roomBytes` can be written before the reserve is reached.
    private static long capacityBytes(NodeConfig config, long roomBytes) {
        return config.journal().totalBytes() + StoreConfig.DEFAULTS.reserveBytes() + roomBytes;
    }

    private static NodeConfig config(Prng prng) {
        Map<String, String> file = new HashMap<>();
        file.put("offsets.topic.num.partitions", Integer.toString(1 + prng.nextInt(4)));
        file.put("offsets.topic.replication.factor", "1");
        file.put("log.cleaner.backoff.ms", Integer.toString(100 + prng.nextInt(3_000)));
        if (prng.chance(1, 2)) {
            file.put("log.roll.ms", Integer.toString(100 + prng.nextInt(5_000)));
        }
        return new NodeConfig(1, null, ClusterConfig.ALONE, null, Map.copyOf(file), journal(prng),
                1 << 20, 200 + prng.nextInt(3_000));
    }

    private static JournalConfig journal(Prng prng) {
        long first = (4 + prng.nextInt(5)) * (long) BLOCK;
        long most = first + prng.nextInt(9) * (long) BLOCK;
        return new JournalConfig((4 + prng.nextInt(3)) * most, first, most,
                BLOCK << prng.nextInt(4), 0);
    }

    /// True if its disk may refuse something now and then.
    boolean mayFail() {
        return faultPerMille > 0 || capacityBytes >= 0;
    }
}
