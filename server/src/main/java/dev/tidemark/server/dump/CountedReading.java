package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Kafka's checkpoints: a line with the version (0), one with the number of entries, one for each.
abstract sealed class CountedReading implements LogDump.FileReading {
    /// The names of the files that hold offsets by partition.
    static final List<String> OFFSET_FILES = List.of("recovery-point-offset-checkpoint",
            "log-start-offset-checkpoint", "cleaner-offset-checkpoint",
            "replication-offset-checkpoint");

    private static final String VERSION = "0";

    private final Pattern line;

    private CountedReading(String line) {
        this.line = Pattern.compile(line);
    }

    /// Of offsets by partition, as in `recovery-point-offset-checkpoint`.
    static CountedReading ofOffsets() {
        return new OffsetsReading();
    }

    /// Of leader epochs, each with the offset that it begins at.
    static CountedReading ofEpochs() {
        return new EpochsReading();
    }

    @Override
    public final void read(Path file, DumpSheet sheet) throws IOException {
        TextLines lines = TextLines.of(file);
        String version = lines.next();
        if (!VERSION.equals(version)) {
            sheet.damage(0, "version " + version + " is not known");
            return;
        }
        String said = lines.next();
        int saidAt = lines.position();
        long count = 0;
        for (String text = lines.next(); text != null; text = lines.next()) {
            count++;
            Matcher entry = line.matcher(text);
            if (entry.matches()) {
                entry(entry, lines.position(), sheet);
            } else {
                sheet.damage(lines.position(), "this line is no entry: " + text);
            }
        }
        if (!Long.toString(count).equals(said)) {
            sheet.damage(saidAt, said + " entries are announced, and " + count + " are there");
        } else if (!lines.isWhole()) {
            sheet.damage(lines.position(), "torn: the last line has no end");
        }
        sheet.sum(count + " entries;");
    }

    abstract void entry(Matcher words, int at, DumpSheet sheet);

    private static final class OffsetsReading extends CountedReading {
        private static final int OFFSET = 3;

        OffsetsReading() {
            super("([^ ]+) ([0-9]{1,9}) ([0-9]{1,18})");
        }

        @Override
        void entry(Matcher words, int at, DumpSheet sheet) {
            sheet.entry("topic", words.group(1), "partition", Integer.parseInt(words.group(2)),
                    "offset", Long.parseLong(words.group(OFFSET)));
        }
    }

    private static final class EpochsReading extends CountedReading {
        private long lastEpoch = -1;
        private long lastOffset = -1;

        EpochsReading() {
            super("([0-9]{1,10}) ([0-9]{1,18})");
        }

        @Override
        void entry(Matcher words, int at, DumpSheet sheet) {
            long leaderEpoch = Long.parseLong(words.group(1));
            long startOffset = Long.parseLong(words.group(2));
            sheet.entry("leaderEpoch", leaderEpoch, "startOffset", startOffset);
            if (leaderEpoch <= lastEpoch || startOffset < lastOffset) {
                sheet.damage(at, "epoch " + leaderEpoch + " from " + startOffset + " after "
                        + lastEpoch + " from " + lastOffset);
            }
            lastEpoch = leaderEpoch;
            lastOffset = startOffset;
        }
    }
}
