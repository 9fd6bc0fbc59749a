package dev.tidemark.coord.group.record;

import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/// Reads what [RecordOut] writes. Lengths are held against the bytes that are there, so that a
/// damaged record costs an [UnreadableEvent] and no memory.
///
/// Confined to its maker. Does no I/O.
final class RecordIn {
    private final ByteBuffer in;
    private final int version;

    /// Reads the version first.
    RecordIn(ByteBuffer bytes) {
        in = bytes.duplicate();
        version = int16();
    }

    int version() {
        return version;
    }

    int int8() {
        return need(1).get();
    }

    int int16() {
        return need(2).getShort();
    }

    int int32() {
        return need(4).getInt();
    }

    long int64() {
        return need(8).getLong();
    }

    Uuid uuid() {
        long high = int64();
        return new Uuid(high, int64());
    }

    int varint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = int8();
            value |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new UnreadableEvent("a varint of more than five bytes");
    }

    /// Two bytes of length; null if it is negative.
    String string() {
        int length = int16();
        return length < 0 ? null : text(length);
    }

    /// Four bytes of length; empty if it is negative.
    byte[] bytes() {
        return raw(Math.max(0, int32()));
    }

    String compactString() {
        int length = varint() - 1;
        return length < 0 ? null : text(length);
    }

    byte[] compactBytes() {
        return raw(Math.max(0, varint() - 1));
    }

    /// An array with a compact length; empty for null. Each element takes a byte at least.
    <T> List<T> compactArray(Supplier<T> element) {
        return array(varint() - 1, element);
    }

    /// An array with four bytes of length.
    <T> List<T> array(Supplier<T> element) {
        return array(int32(), element);
    }

    /// Steps over tagged fields, but for those that `known` reads.
    void tags(TaggedField known) {
        int count = varint();
        for (int i = 0; i < count; i++) {
            int tag = varint();
            int size = varint();
            need(size);
            int end = in.position() + size;
            known.read(tag);
            in.position(end);
        }
    }

    void skipTags() {
        tags(tag -> { });
    }

    private <T> List<T> array(int count, Supplier<T> element) {
        if (count <= 0) {
            return List.of();
        }
        need(count);
        List<T> list = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private String text(int length) {
        return new String(raw(length), StandardCharsets.UTF_8);
    }

    private byte[] raw(int length) {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private ByteBuffer need(int size) {
        if (size < 0 || in.remaining() < size) {
            throw new UnreadableEvent("a record ends early: " + size + " bytes expected, "
                    + in.remaining() + " there");
        }
        return in;
    }

    /// Reads a tagged field that it knows, from the field's first byte; leaves others alone.
    @FunctionalInterface
    interface TaggedField {
        /// @param tag the field's number
        void read(int tag);
    }
}
