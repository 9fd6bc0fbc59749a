package dev.tidemark.wire;

import dev.tidemark.io.Slice;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/// Record batches of a response, as the place in a file where they are.
///
/// Stands in the generated message classes where those want records; [ResponseEncoder] takes the
/// slice out again, so that the bytes are never read by us.
///
/// @param slice whole batches, and perhaps a cut one at the end
public record SliceRecords(Slice slice) implements BaseRecords {
    @Override
    public int sizeInBytes() {
        return slice.length();
    }

    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
        throw new UnsupportedOperationException("a slice is sent by the shell, from its file");
    }
}
