package dev.tidemark.broker.cluster;

import dev.tidemark.base.Limits;
import dev.tidemark.control.BrokerCommand.Damaged;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// This node's replicas whose logs are damaged, and under which leadership each has said so: every
/// heartbeat tells the controller, until they are mended.
///
/// Any loop may use it.
public final class DamagedReplicas {
    private final Map<PartitionId, Integer> leaderEpochs = new ConcurrentHashMap<>();

    /// It is damaged, as of its present leadership.
    public void add(Partition partition) {
        leaderEpochs.put(partition.id(), partition.leaderEpoch());
    }

    /// It is whole again, or gone.
    public void remove(Partition partition) {
        leaderEpochs.remove(partition.id());
    }

    /// What the next heartbeat is to tell.
    public List<Damaged> rows() {
        if (leaderEpochs.isEmpty()) {
            return List.of();
        }
        var rows = new ArrayList<Damaged>();
        for (Map.Entry<PartitionId, Integer> entry : leaderEpochs.entrySet()) {
            if (rows.size() == Limits.DAMAGED_PER_HEARTBEAT) {
                break;
            }
            rows.add(new Damaged(entry.getKey().topicId(), entry.getKey().index(),
                    entry.getValue()));
        }
        return rows;
    }
}
