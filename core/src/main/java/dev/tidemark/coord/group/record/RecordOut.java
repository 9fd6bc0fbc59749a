package dev.tidemark.coord.group.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;

/// Writes the fields of one key or value, in Kafka's encodings, into a buffer that grows.
///
/// Big-endian. A *compact* length is one more than the length, as an unsigned varint; 0 is null.
///
/// Confined to its maker. Does no I/O.
final class RecordOut {
    private ByteBuffer out = ByteBuffer.allocate(96);

    RecordOut(int version) {
        int16(version);
    }

    RecordOut int8(int value) {
        room(1).put((byte) value);
        return this;
    }

    RecordOut int16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    RecordOut int32(int value) {
        room(4).putInt(value);
        return this;
    }

    RecordOut int64(long value) {
        room(8).putLong(value);
        return this;
    }

    RecordOut uuid(Uuid value) {
        return int64(value.getMostSignificantBits()).int64(value.getLeastSignificantBits());
    }

    RecordOut varint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            int8((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return int8(rest);
    }

    /// Two bytes of length; -1 for null.
    RecordOut string(String value) {
        if (value == null) {
            return int16(-1);
        }
        byte[] bytes = utf8(value);
        return int16(bytes.length).raw(bytes);
    }

    /// Four bytes of length.
    RecordOut bytes(byte[] value) {
        return int32(value.length).raw(value);
    }

    RecordOut compactString(String value) {
        return value == null ? varint(0) : compactBytes(utf8(value));
    }

    RecordOut compactBytes(byte[] value) {
        return varint(value.length + 1).raw(value);
    }

    RecordOut compactLength(int count) {
        return varint(count + 1);
    }

    /// The end of a structure that has no tagged field to write.
    RecordOut noTags() {
        return varint(0);
    }

    /// The end of a structure with one tagged field.
    RecordOut oneTag(int tag, RecordOut body) {
        ByteBuffer field = body.out.flip().position(2);
        varint(1).varint(tag).varint(field.remaining());
        room(field.remaining()).put(field);
        return this;
    }

    /// What was written, ready to be read.
    ByteBuffer done() {
        return out.flip();
    }

    private RecordOut raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    private ByteBuffer room(int size) {
        if (out.remaining() < size) {
            int needed = out.position() + size;
            out = ByteBuffer.allocate(Math.max(needed, out.capacity() * 2)).put(out.flip());
        }
        return out;
    }

    private static byte[] utf8(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
