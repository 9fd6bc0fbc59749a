package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.PartitionSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolAssignment.TopicPartition;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// What consumers write into the bytes that the classic protocol only carries: two bytes of
/// version, then a subscription or an assignment.
///
/// Stateless. Does no I/O.
public final class Embedded {
    private Embedded() {
    }

    /// Reads the bytes that a consumer joins with; null if they are none.
    public static ConsumerProtocolSubscription subscription(byte[] metadata) {
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

    /// Reads the bytes that a consumer is given; null if they are none.
    public static ConsumerProtocolAssignment assignment(byte[] given) {
        try {
            var bytes = ByteBuffer.wrap(given);
            short version = bytes.getShort();
            short known = (short) Math.min(
                    version, ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION);
            return version < 0 ? null
                    : new ConsumerProtocolAssignment(new ByteBufferAccessor(bytes), known);
        } catch (RuntimeException e) {
            // As above.
            return null;
        }
    }

    /// What a consumer says that it owns, in ids; topics that are gone are left out.
    public static PartitionSet owned(
            ConsumerProtocolSubscription subscription, TopicsView topics) {
        Map<Uuid, Set<Integer>> owned = new HashMap<>();
        for (var topic : subscription.ownedPartitions()) {
            Uuid id = topics.idOf(topic.topic());
            if (!id.equals(Uuid.ZERO_UUID)) {
                owned.computeIfAbsent(id, _ -> new HashSet<>()).addAll(topic.partitions());
            }
        }
        return PartitionSet.of(owned);
    }

    /// Writes an assignment in the version that the consumer speaks.
    ///
    /// @param metadata the bytes that it joined with
    /// @param topics for the names; topics that are gone are left out
    public static byte[] write(PartitionSet partitions, byte[] metadata, TopicsView topics) {
        List<TopicPartition> named = new ArrayList<>();
        partitions.byTopic().forEach((id, indexes) -> {
            String name = topics.nameOf(id);
            if (name != null) {
                named.add(new TopicPartition().setTopic(name).setPartitions(indexes));
            }
        });
        var assignment = new ConsumerProtocolAssignment();
        named.forEach(assignment.assignedPartitions()::add);
        short version = (short) Math.min(ByteBuffer.wrap(metadata).getShort(),
                ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION);
        ByteBuffer bytes = MessageUtil.toVersionPrefixedByteBuffer(version, assignment);
        byte[] written = new byte[bytes.remaining()];
        bytes.get(written);
        return written;
    }
}
