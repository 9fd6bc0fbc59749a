package dev.tidemark.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// Reads what [FieldWriter] wrote.
///
/// Bytes that it did not write make it throw an unchecked exception, never read beyond the
/// record or allocate more than the record could hold.
///
/// Confined to one record. Does no I/O.
final class FieldReader {
    private final ByteBuffer in;

    FieldReader(ByteBuffer in) {
        this.in = in.duplicate();
    }

    int int8() {
        return in.get();
    }

    long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has more than 64 bits");
    }

    /// A number that fits an int and is at least 0.
    int count() {
        long value = unsigned();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a count is out of range: " + value);
        }
        return (int) value;
    }

    long int64() {
        return in.getLong();
    }

    Uuid uuid() {
        return new Uuid(int64(), int64());
    }

    String text() {
        int length = count() - 1;
        return length < 0 ? null : new String(taken(length), StandardCharsets.UTF_8);
    }

    List<Integer> numbers() {
        int count = count();
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            numbers.add(count());
        }
        return List.copyOf(numbers);
    }

    /// Ends a record: fields that a later version added are skipped by their tags, and nothing may
    /// follow them.
    void end() {
        for (int left = count(); left > 0; left--) {
            unsigned();
            taken(count());
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes are left over");
        }
    }

    private byte[] taken(int length) {
        if (length > in.remaining()) {
            throw new IllegalArgumentException("a length is beyond the record: " + length);
        }
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
