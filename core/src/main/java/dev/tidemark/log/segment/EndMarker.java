package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.internals.ByteUtils;

/// The one record of a control batch that ends a transaction, read where it lies.
///
/// The value is a version (int16) and the coordinator's epoch (int32), whatever later versions may
/// add behind them.
public final class EndMarker {
    private static final int VERSION_BYTES = 2;
    private static final int VALUE_BYTES = 6;
    private static final int KEY_BYTES = 4;
    private static final int ABORT = 0;

    private EndMarker() {
    }

    /// The epoch of the transaction coordinator that wrote the marker.
    public static int coordinatorEpoch(ByteBuffer batch, int at) {
        ByteBuffer record = keyOf(batch, at);
        int keyBytes = ByteUtils.readVarint(record);
        record.position(record.position() + Math.max(0, keyBytes));
        int valueBytes = ByteUtils.readVarint(record);
        check(valueBytes >= VALUE_BYTES, "a marker names its coordinator's epoch", valueBytes);
        return record.getInt(record.position() + VERSION_BYTES);
    }

    /// True if the marker says that what the transaction wrote does not count. The key is a version
    /// and a type (int16 each).
    public static boolean isAbort(ByteBuffer batch, int at) {
        ByteBuffer record = keyOf(batch, at);
        int keyBytes = ByteUtils.readVarint(record);
        check(keyBytes >= KEY_BYTES, "a marker says what it is", keyBytes);
        return record.getShort(record.position() + VERSION_BYTES) == ABORT;
    }

    /// Stands before the length of the record's key.
    private static ByteBuffer keyOf(ByteBuffer batch, int at) {
        ByteBuffer record = batch.duplicate().clear();
        record.limit(at + Batch.sizeInBytes(batch, at)).position(at + Batch.HEADER_BYTES);
        int bodyBytes = ByteUtils.readVarint(record);
        check(bodyBytes <= record.remaining(), "a marker lies within its batch", bodyBytes);
        record.get();
        long timestampDelta = ByteUtils.readVarlong(record);
        int offsetDelta = ByteUtils.readVarint(record);
        check(timestampDelta >= 0 && offsetDelta == 0, "a marker is alone in its batch",
                timestampDelta, offsetDelta);
        return record;
    }
}
