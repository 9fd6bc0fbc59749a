package dev.tidemark.coord.group.assign;

import dev.tidemark.coord.group.event.PartitionSet;
import java.util.SortedMap;

/// A way to share partitions out among the members of a consumer group.
///
/// The same input gives the same output everywhere: members and topics come sorted.
/// Stateless. Does no I/O.
public interface Assignor {
    /// The name by which members ask for it.
    String name();

    /// Gives every partition of every topic to one of the members that subscribe to the topic.
    ///
    /// @return the partitions of each member, of those without any, too
    SortedMap<String, PartitionSet> assign(Sharing sharing);

    /// The assignor of that name; null if there is none.
    static Assignor named(String name) {
        return switch (name) {
            case UniformAssignor.NAME -> new UniformAssignor();
            case RangeAssignor.NAME -> new RangeAssignor();
            default -> null;
        };
    }
}
