package dev.tidemark.server.dump;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A text file, line by line, each with the byte that it begins at.
///
/// Confined to its owner.
final class TextLines {
    private static final long MOST_BYTES = 256 << 20;

    private final byte[] bytes;
    private int at;
    private int nextAt;

    private TextLines(byte[] bytes) {
        this.bytes = bytes;
    }

    static TextLines of(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("it is too long for a text of ours");
        }
        return new TextLines(Files.readAllBytes(file));
    }

    /// The next line without its end; null if there is none.
    String next() {
        at = nextAt;
        if (at == bytes.length) {
            return null;
        }
        int end = at;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        nextAt = Math.min(end + 1, bytes.length);
        return new String(bytes, at, end - at, UTF_8);
    }

    /// Where the line that [#next] gave last begins.
    int position() {
        return at;
    }

    /// The bytes behind that line.
    byte[] rest() {
        return Arrays.copyOfRange(bytes, nextAt, bytes.length);
    }

    /// True if the last line ends as lines do: one that was cut short does not.
    boolean isWhole() {
        return bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    }
}
