package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// A file with two offsets of each log, under one checksum: what is synced of them, or what they
/// lack.
final class CheckpointReading implements LogDump.FileReading {
    private static final Pattern LINE =
            Pattern.compile("([A-Za-z0-9_-]{22}) ([0-9]{1,19}) ([0-9]{1,19}) (.+-[0-9]+)");
    private static final int NAME = 4;

    private final String head;
    private final String first;
    private final String second;

    private CheckpointReading(String kind, String first, String second) {
        this.head = kind + " 1 ";
        this.first = first;
        this.second = second;
    }

    static CheckpointReading ofLogs() {
        return new CheckpointReading("tidemark-checkpoint", "logStartOffset", "recoveryPoint");
    }

    static CheckpointReading ofLostOffsets() {
        return new CheckpointReading("tidemark-lost-offsets", "fromOffset", "endOffset");
    }

    @Override
    public void read(Path file, DumpSheet sheet) throws IOException {
        TextLines lines = TextLines.of(file);
        String found = lines.next();
        if (found == null || !found.startsWith(head)) {
            sheet.damage(0, "the first line is none of this format: " + found);
        } else if (!found.equals(head + crc(lines.rest()))) {
            sheet.damage(head.length(), "bad CRC");
        }
        long count = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            count++;
            Matcher log = LINE.matcher(line);
            if (log.matches()) {
                sheet.entry("log", log.group(NAME), "topicId", log.group(1), first,
                        Long.parseLong(log.group(2)), second, Long.parseLong(log.group(3)));
            } else {
                sheet.damage(lines.position(), "this line is none of a log: " + line);
            }
        }
        sheet.sum(count + " logs;");
    }

    private static String crc(byte[] body) {
        var crc = new CRC32C();
        crc.update(body);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
