package dev.tidemark.coord.group.classic;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

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
            var subscription = parse(member.metadata(group.protocolName));
            if (subscription == null) {
                return null;
            }
            topics.addAll(subscription.topics());
        }
        return topics;
    }

    /// Reads the bytes that a consumer joins with; null if they are none.
    static ConsumerProtocolSubscription parse(byte[] metadata) {
        if (metadata == null) {
            return null;
        }
        try {
            var bytes = ByteBuffer.wrap(metadata);
            short version = bytes.getShort();
            short known = (short) Math.min(
                    version, ConsumerProtocolSubscription.HIGHEST_SUPPORTED_VERSION);
            return version < 0 ? null
                    : new ConsumerProtocolSubscription(new ByteBufferAccessor(bytes), known);
        } catch (RuntimeException e) {
            // The generated reader has no type of its own for bytes that make no sense.
            return null;
        }
    }
}
