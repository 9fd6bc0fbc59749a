package dev.tidemark.server.admin;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// AskedOffsets of partitions, as a node told them.
///
/// @param byPartition one for each partition that was asked for; -1 where there is none
record AskedOffsets(Map<TopicPartition, Long> byPartition) {
    static AskedOffsets of(Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        Map<TopicPartition, ListOffsetsResultInfo> told =
                NodeClient.get("ask for offsets", admin.listOffsets(asked).all());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        told.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return new AskedOffsets(offsets);
    }

    /// The partition's offset; null if it was not asked for.
    Long at(TopicPartition partition) {
        return byPartition.get(partition);
    }
}
