package dev.tidemark.server.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteLinesTest {
    @Test
    void aLineIsWhatStandsBetweenNewlines() throws IOException {
        assertThat(lines("one\r\n\n\u00ff\rtwo\n")).containsExactly("one\r", "", "\u00ff\rtwo");
        assertThat(lines("no newline at the end")).containsExactly("no newline at the end");
        assertThat(lines("")).isEmpty();
    }

    @Test
    void aLineMayBeLongerThanTheBuffer() throws IOException {
        for (int length : List.of(65_535, 65_536, 65_537, 200_000)) {
            String line = "x".repeat(length);
            assertThat(lines(line + "\n" + line)).containsExactly(line, line);
            assertThat(lines(line + "\n")).containsExactly(line);
        }
    }

    @Test
    void everyByteIsCounted() throws IOException {
        var lines = new ByteLines(new ByteArrayInputStream("one\ntwo".getBytes(ISO_8859_1)));
        lines.next();
        assertThat(lines.readBytes()).isEqualTo(4);
        lines.next();
        assertThat(lines.readBytes()).isEqualTo(7);
    }

    @Test
    void aPartIsFoundWhereItBeginsFirst() {
        assertThat(ByteLines.indexOf("k::v::w".getBytes(ISO_8859_1), "::".getBytes(ISO_8859_1)))
                .isEqualTo(1);
        assertThat(ByteLines.indexOf("k:".getBytes(ISO_8859_1), "::".getBytes(ISO_8859_1)))
                .isEqualTo(-1);
    }

    private static List<String> lines(String text) throws IOException {
        var lines = new ByteLines(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
        List<String> all = new ArrayList<>();
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            all.add(new String(line, ISO_8859_1));
        }
        return all;
    }
}
