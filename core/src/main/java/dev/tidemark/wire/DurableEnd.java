package dev.tidemark.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// How far a follower's log survives a crash, as it tells its leader: a tagged field of ours in the
/// partitions of its fetch requests, 8 bytes, which nobody else looks at.
///
/// Stateless.
public final class DurableEnd {
    /// Stands where a request does not tell.
    public static final long UNKNOWN = -1;

    private static final int TAG = 10_000;

    private DurableEnd() {
    }

    /// Puts it into a request's partition.
    public static void put(FetchPartition into, long durableEnd) {
        byte[] bytes = new byte[Long.BYTES];
        ByteBuffer.wrap(bytes).putLong(durableEnd);
        into.unknownTaggedFields().add(new RawTaggedField(TAG, bytes));
    }

    /// What a request's partition tells, or [#UNKNOWN].
    public static long of(FetchPartition asked) {
        ByteBuffer told = OwnField.of(asked.unknownTaggedFields(), TAG, Long.BYTES);
        return told == null ? UNKNOWN : told.getLong();
    }
}
