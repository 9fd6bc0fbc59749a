package dev.tidemark.broker.cluster;

import dev.tidemark.control.BrokerCommand.Damaged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// Replicas that a broker has found damaged, as its heartbeats tell: a tagged field of ours, of 24
/// bytes for each (topic id, partition, leader epoch), which nobody else looks at.
///
/// Stateless.
final class DamagedRows {
    private static final int TAG = 10_001;
    private static final int ROW_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

    private DamagedRows() {
    }

    static void put(BrokerHeartbeatRequestData into, List<Damaged> replicas) {
        if (replicas.isEmpty()) {
            return;
        }
        ByteBuffer rows = ByteBuffer.allocate(ROW_BYTES * replicas.size());
        for (Damaged replica : replicas) {
            rows.putLong(replica.topicId().getMostSignificantBits())
                    .putLong(replica.topicId().getLeastSignificantBits())
                    .putInt(replica.partition())
                    .putInt(replica.leaderEpoch());
        }
        into.unknownTaggedFields().add(new RawTaggedField(TAG, rows.array()));
    }

    static List<Damaged> of(BrokerHeartbeatRequestData asked) {
        var found = new ArrayList<Damaged>();
        for (RawTaggedField field : asked.unknownTaggedFields()) {
            if (field.tag() == TAG) {
                ByteBuffer rows = ByteBuffer.wrap(field.data());
                while (rows.remaining() >= ROW_BYTES) {
                    found.add(new Damaged(new Uuid(rows.getLong(), rows.getLong()),
                            rows.getInt(), rows.getInt()));
                }
            }
        }
        return found;
    }
}
