package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.wire.OwnField;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// When a leader answered a fetch, as its answer tells, and as the next fetch tells it back: a
/// tagged field of ours, 12 bytes, which nobody else looks at.
///
/// A fetch that comes in may have lain somewhere for long; the time that it brings back has not.
///
/// @param leaderEpoch the term of the leader that answered
/// @param sentNs when it did, in its own monotonic time
record RoundTrip(int leaderEpoch, long sentNs) {
    private static final int TAG = 10_001;
    private static final int SIZE = Integer.BYTES + Long.BYTES;

    void put(FetchResponseData into) {
        check(leaderEpoch >= 0, "a leader answers in its term", leaderEpoch);
        into.unknownTaggedFields().add(field());
    }

    void put(FetchRequestData into) {
        check(into.replicaState().replicaId() >= 0, "a node fetches under its number",
                into.replicaState().replicaId());
        into.unknownTaggedFields().add(field());
    }

    private RawTaggedField field() {
        byte[] bytes = new byte[SIZE];
        ByteBuffer.wrap(bytes).putInt(leaderEpoch).putLong(sentNs);
        return new RawTaggedField(TAG, bytes);
    }

    /// What an answer tells; null if it tells no such thing.
    static RoundTrip of(FetchResponseData answer) {
        return of(answer.unknownTaggedFields());
    }

    /// What a fetch tells back; null if it tells no such thing.
    static RoundTrip of(FetchRequestData asked) {
        return of(asked.unknownTaggedFields());
    }

    private static RoundTrip of(List<RawTaggedField> fields) {
        ByteBuffer told = OwnField.of(fields, TAG, SIZE);
        return told == null ? null : new RoundTrip(told.getInt(), told.getLong());
    }
}
