package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// `meta.properties`, `partition.metadata`, `quorum-state` and `committed-end`: names and what they
/// are, one a line.
final class PropertiesReading implements LogDump.FileReading {
    private static final String ID = "[A-Za-z0-9_-]{22}";
    private static final String NUMBER = "-1|[0-9]{1,10}";
    private static final String ABSENT = "nothing";

    private final char separator;
    private final Map<String, Pattern> expected = new LinkedHashMap<>();

    private PropertiesReading(char separator, String... namesAndPatterns) {
        this.separator = separator;
        for (int i = 0; i < namesAndPatterns.length; i += 2) {
            expected.put(namesAndPatterns[i], Pattern.compile(namesAndPatterns[i + 1]));
        }
    }

    /// Of whose a directory is.
    static PropertiesReading ofDirectory() {
        return new PropertiesReading('=', "version", "1", "cluster.id", ".+", "node.id",
                "[0-9]{1,10}", "directory.id", ID);
    }

    /// Of which topic a log is.
    static PropertiesReading ofPartition() {
        return new PropertiesReading(':', "version", "0", "topic_id", ID);
    }

    /// Of a voter of the metadata quorum.
    static PropertiesReading ofVote() {
        return new PropertiesReading('=', "version", "0", "leader.id", NUMBER, "leader.epoch",
                NUMBER, "voted.id", NUMBER, "voted.directory.id", ID, "crc", "[0-9a-f]{8}");
    }

    /// Of what a voter knows to be committed.
    static PropertiesReading ofCommittedEnd() {
        return new PropertiesReading('=', "version", "0", "offset", "[0-9]{1,19}", "crc",
                "[0-9a-f]{8}");
    }

    @Override
    public void read(Path file, DumpSheet sheet) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        TextLines lines = TextLines.of(file);
        for (String line = lines.next(); line != null; line = lines.next()) {
            int at = line.indexOf(separator);
            if (at > 0 && !line.startsWith("#")) {
                String name = line.substring(0, at).strip();
                found.put(name, line.substring(at + 1).strip());
                sheet.entry("name", name, "value", found.get(name));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                sheet.damage(lines.position(), "this line names nothing: " + line);
            }
        }
        expected.forEach((name, pattern) -> {
            String value = found.getOrDefault(name, ABSENT);
            if (!pattern.matcher(value).matches()) {
                sheet.damage(0, name + " is " + value);
            }
        });
        sheet.sum(found.size() + " entries;");
    }
}
