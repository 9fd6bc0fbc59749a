package dev.tidemark.server.admin;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/// Where a partition is.
///
/// @param name topic and number
/// @param leader the node that leads it; -1 if none does
/// @param replicas nodes that hold it, the preferred leader first
/// @param isr those of them that are in sync
record ClusterPartition(TopicPartition name, int leader, List<Integer> replicas,
        List<Integer> isr) {
    static final int NOBODY = -1;

    boolean isOffline() {
        return leader == NOBODY;
    }

    boolean isUnderReplicated() {
        return isr.size() < replicas.size();
    }

    boolean isLedByPreferred() {
        return !replicas.isEmpty() && leader == replicas.getFirst();
    }
}
