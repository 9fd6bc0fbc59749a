package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// `tidemark-checkpoint`: what is synced of each log, under one checksum.
final class CheckpointReading implements LogDump.FileReading {
    private static final String HEAD = "tidemark-checkpoint 1 ";
    private static final Pattern LINE =
            Pattern.compile("([A-Za-z0-9_-]{22}) ([0-9]{1,19}) ([0-9]{1,19}) (.+-[0-9]+)");
    private static final int RECOVERY_POINT = 3;
    private static final int NAME = 4;

    @Override
    public void read(Path file, DumpSheet sheet) throws IOException {
        TextLines lines = TextLines.of(file);
        String head = lines.next();
        if (head == null || !head.startsWith(HEAD)) {
            sheet.damage(0, "the first line is none of this format: " + head);
        } else if (!head.equals(HEAD + crc(lines.rest()))) {
            sheet.damage(HEAD.length(), "bad CRC");
        }
        long count = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            count++;
            Matcher log = LINE.matcher(line);
            if (log.matches()) {
                sheet.entry("log", log.group(NAME), "topicId", log.group(1), "logStartOffset",
                        Long.parseLong(log.group(2)), "recoveryPoint",
                        Long.parseLong(log.group(RECOVERY_POINT)));
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
