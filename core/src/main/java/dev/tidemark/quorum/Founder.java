package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.wire.OwnField;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// A node that may begin a quorum, as it tells others that ask: a tagged field of ours in answers
/// to DescribeQuorum, which nobody else looks at.
///
/// @param directoryId of its data directory, which is durable before anybody hears of it
/// @param plan a digest of who is to begin the quorum, as this node is told
/// @param isBlank true if it knows of no quorum as yet
record Founder(int nodeId, Uuid directoryId, int plan, boolean isBlank) {
    private static final int TAG = 10_002;
    private static final int SIZE = 2 * Integer.BYTES + 2 * Long.BYTES + 1;

    Founder {
        check(nodeId >= 0, "a node has a number", nodeId);
        check(!directoryId.equals(Uuid.ZERO_UUID), "a data directory has an id");
    }

    /// A node as its settings tell of it.
    static Founder of(QuorumSettings settings, boolean isBlank) {
        String plan = settings.clusterId() + settings.membership().founders().stream()
                .map(QuorumSettings.VoterAddress::toString).sorted().toList();
        return new Founder(settings.nodeId(), settings.directoryId(), plan.hashCode(), isBlank);
    }

    void put(DescribeQuorumResponseData into) {
        byte[] bytes = new byte[SIZE];
        ByteBuffer.wrap(bytes).putInt(nodeId).putLong(directoryId.getMostSignificantBits())
                .putLong(directoryId.getLeastSignificantBits()).putInt(plan)
                .put((byte) (isBlank ? 1 : 0));
        into.unknownTaggedFields().add(new RawTaggedField(TAG, bytes));
    }

    /// What an answer tells; null if it tells no such thing.
    static Founder of(DescribeQuorumResponseData answer) {
        ByteBuffer told = OwnField.of(answer.unknownTaggedFields(), TAG, SIZE);
        return told == null ? null : new Founder(told.getInt(),
                new Uuid(told.getLong(), told.getLong()), told.getInt(), told.get() != 0);
    }
}
