package dev.tidemark.coord.group.classic;

import java.util.Set;
import java.util.TreeSet;

/// What a generation of consumers reads, out of its members' own bytes.
///
/// Stateless. Does no I/O.
final class Subscriptions {
    private Subscriptions() {
    }

    /// The topics of all members together; null if the group is not of consumers, or one of them
    /// writes what is not understood.
    static Set<String> of(ClassicGroup group) {
        if (!group.protocolType.equals(ClassicGroup.CONSUMER) || group.protocolName == null) {
            return group.protocolType.equals(ClassicGroup.CONSUMER) ? Set.of() : null;
        }
        Set<String> topics = new TreeSet<>();
        for (var member : group.members.values()) {
            var subscription = Embedded.subscription(member.metadata(group.protocolName));
            if (subscription == null) {
                return null;
            }
            topics.addAll(subscription.topics());
        }
        return topics;
    }
}
