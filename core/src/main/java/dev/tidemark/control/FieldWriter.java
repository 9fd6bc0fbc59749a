package dev.tidemark.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// Writes a record's fields one behind the other, in Kafka's compact forms: unsigned varints,
/// lengths before bytes, big-endian ids.
///
/// Confined to one record. Does no I/O.
final class FieldWriter {
    private byte[] bytes = new byte[64];
    private int size;

    FieldWriter int8(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
        return this;
    }

    /// A number of at least 0, seven bits a byte, the lowest first.
    FieldWriter unsigned(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            int8((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return int8((int) rest);
    }

    FieldWriter int64(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            int8((int) (value >>> shift));
        }
        return this;
    }

    FieldWriter uuid(Uuid id) {
        return int64(id.getMostSignificantBits()).int64(id.getLeastSignificantBits());
    }

    /// Text, or null, as one more than its length and its UTF-8.
    FieldWriter text(String text) {
        if (text == null) {
            return unsigned(0);
        }
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length + 1L);
        for (byte b : utf8) {
            int8(b);
        }
        return this;
    }

    FieldWriter numbers(List<Integer> numbers) {
        unsigned(numbers.size());
        for (int number : numbers) {
            unsigned(number);
        }
        return this;
    }

    /// Ends a record: no tagged fields.
    ByteBuffer end() {
        unsigned(0);
        return ByteBuffer.wrap(bytes, 0, size);
    }
}
