package dev.tidemark.wire;

import dev.tidemark.base.Limits;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.utils.internals.ByteUtils;

/// Counts what a request holds by its schema, keeping nothing, and stops at [Limits#REQUEST_WORK]:
/// before anything is decoded into objects that are kept.
///
/// Weighs as [CountedBytes] does. Confined to one look. Does no I/O.
final class CountedSchema {
    private final ByteBuffer in;
    private int work;

    private CountedSchema(ByteBuffer in) {
        this.in = in;
    }

    /// The work in the body, or something above the limit as soon as that is passed.
    ///
    /// @param body from behind the header; left as it is
    /// @throws RuntimeException if the bytes do not fit the schema
    static int work(Schema schema, ByteBuffer body) {
        var count = new CountedSchema(body.duplicate());
        count.walk(schema);
        return count.work;
    }

    private void walk(Type type) {
        if (type instanceof Schema schema && !schema.isNullable()) {
            for (var field : schema.fields()) {
                if (work > Limits.REQUEST_WORK) {
                    return;
                }
                walk(field.def.type);
            }
        } else if (type.isArray()) {
            Type element = type.arrayElementType().orElseThrow();
            int count = type instanceof CompactArrayOf
                    ? ByteUtils.readUnsignedVarint(in) - 1 : in.getInt();
            work += CountedBytes.NUMBER;
            for (int i = 0; i < count && work <= Limits.REQUEST_WORK; i++) {
                walk(element);
            }
        } else {
            boolean isObject = switch (type.read(in)) {
                case String _, byte[] _, ByteBuffer _, BaseRecords _ -> true;
                case null, default -> false;
            };
            work += isObject ? CountedBytes.NUMBER + CountedBytes.OBJECT : CountedBytes.NUMBER;
        }
    }
}
