package dev.tidemark.server.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Another set, or another order, of nodes for a partition.
///
/// @param name topic and number
/// @param from its replicas, the preferred leader first
/// @param to what they are to be
record ClusterMove(TopicPartition name, List<Integer> from, List<Integer> to) {
    /// For `--json`.
    Map<String, Object> told() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("topic", name.topic());
        all.put("partition", name.partition());
        all.put("from", from);
        all.put("to", to);
        return all;
    }
}
