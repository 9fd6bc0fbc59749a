package dev.tidemark.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads lines as the bytes that they are: only the newline between them is taken away.
///
/// Used by one thread. Reads from the stream that it was given, and does not close it.
final class ByteLines {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private int position;
    private int end;
    private long readBytes;

    ByteLines(InputStream in) {
        this.in = in;
    }

    /// Bytes of the lines that were read so far.
    long readBytes() {
        return readBytes;
    }

    /// The next line, without its newline; null at the end.
    byte[] next() throws IOException {
        begun.reset();
        boolean isBegun = false;
        while (fill()) {
            isBegun = true;
            int from = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            begun.write(buffer, from, position - from);
            if (position < end) {
                position++;
                readBytes += position - from;
                return begun.toByteArray();
            }
            readBytes += position - from;
        }
        return isBegun ? begun.toByteArray() : null;
    }

    /// Where a part begins in a line; -1 if it is not in it.
    static int indexOf(byte[] line, byte[] part) {
        for (int at = 0; at + part.length <= line.length; at++) {
            if (Arrays.equals(line, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        if (position == end) {
            position = 0;
            end = Math.max(0, in.read(buffer));
        }
        return position < end;
    }
}
