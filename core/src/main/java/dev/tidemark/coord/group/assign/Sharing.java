package dev.tidemark.coord.group.assign;

import dev.tidemark.coord.group.event.PartitionSet;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.common.Uuid;

/// What is to be shared out, and among whom.
///
/// @param members by member id
/// @param topics topic id to partition count; every topic that a member subscribes to
public record Sharing(SortedMap<String, Worker> members, SortedMap<Uuid, Integer> topics) {
    /// One member.
    ///
    /// @param instanceId null for a dynamic member
    /// @param topics ids that it subscribes to
    /// @param present what it was to have before
    public record Worker(String instanceId, Set<Uuid> topics, PartitionSet present) {
    }
}
