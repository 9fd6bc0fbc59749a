package dev.tidemark.wire;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// Tagged fields of our own in Kafka's messages between nodes: tags from 10 000 on, which Kafka
/// will not reach, and of fixed size. A newer release may put more behind what there is now: that
/// is done without.
///
/// Stateless.
public final class OwnField {
    private OwnField() {
    }

    /// What the first field with this tag begins with; null if there is none, or too little in it.
    public static ByteBuffer of(List<RawTaggedField> fields, int tag, int bytes) {
        for (int i = 0; i < fields.size(); i++) {
            RawTaggedField field = fields.get(i);
            if (field.tag() == tag && field.size() >= bytes) {
                return ByteBuffer.wrap(field.data());
            }
        }
        return null;
    }
}
