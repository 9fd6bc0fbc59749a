package dev.tidemark.sim.store;

import dev.tidemark.base.Durability;
import dev.tidemark.io.Loop;
import dev.tidemark.log.LogConfig;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import dev.tidemark.sim.model.PartitionModel;
import dev.tidemark.sim.model.ProducerStream;
import dev.tidemark.store.LogDir;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// One log of the simulated directory: what it is in the running process, what it must be, and who
/// produces to it.
final class TestedLog {
    final PartitionId id;
    final PartitionModel model;
    final LogConfig config;
    final List<ProducerStream> streams = new ArrayList<>();
    private final int loopIndex;
    /// In the running process.
    Partition partition;
    /// Looked at since the last start: what may have been lost then is known.
    boolean isVerified;
    /// The recovery point when it was last asked for.
    long recoveryPoint;

    TestedLog(PartitionId id, int loopIndex, LogConfig config, boolean synced) {
        this.id = id;
        this.loopIndex = loopIndex;
        this.config = config;
        this.model = new PartitionModel(id.directory() + "/" + shortened(id.topicId()), synced);
    }

    private static String shortened(Uuid topicId) {
        return topicId.toString().substring(0, 4);
    }

    /// The log as the process that has just started sees it.
    void start(LogDir dir, List<Loop> loops, int leaderEpoch) {
        partition = new Partition(id, loops.get(loopIndex % loops.size()), dir, leaderEpoch,
                settings());
        isVerified = false;
    }

    PartitionSettings settings() {
        return new PartitionSettings(config, BatchRules.DEFAULTS,
                model.isSynced() ? Durability.SYNC : Durability.OS, 1);
    }

    boolean isOnline() {
        return partition.offline() == Errors.NONE;
    }
}
