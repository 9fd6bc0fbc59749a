package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The file `leader-epoch-checkpoint` of a partition's directory, in Kafka's format: a line with
/// the version (0), one with the number of entries, and one `epoch startOffset` for each.
///
/// Replaced as a whole, by a rename. Stateless.
public final class EpochCheckpoint {
    /// The file's name in the partition's directory.
    public static final String NAME = "leader-epoch-checkpoint";
    private static final String TEMPORARY = ".tmp";
    private static final String VERSION = "0";
    private static final int MOST_BYTES = 64 << 20;

    private EpochCheckpoint() {
    }

    /// Writes the history into a partition's directory, which must be there, and syncs both.
    public static void write(EpochHistory history, Disk disk, String directory)
            throws IOException {
        String path = directory + '/' + NAME;
        disk.delete(path + TEMPORARY);
        try (DiskFile file = disk.open(path + TEMPORARY)) {
            ByteBuffer bytes = ByteBuffer.wrap(text(history).getBytes(US_ASCII));
            file.write(new ByteBuffer[] {bytes}, 0, 1, 0);
            file.sync();
        }
        disk.rename(path + TEMPORARY, path);
        disk.syncDirectory(directory);
    }

    /// Reads the history of a partition's directory; [EpochHistory#EMPTY] if there is none.
    ///
    /// @throws CorruptFile if the file is not in the format
    public static EpochHistory read(Disk disk, String directory) throws IOException {
        String path = directory + '/' + NAME;
        if (!disk.exists(path)) {
            return EpochHistory.EMPTY;
        }
        try (DiskFile file = disk.open(path)) {
            long size = file.size();
            if (size > MOST_BYTES) {
                throw new CorruptFile(path + " is too long");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            int count = file.read(bytes, 0);
            check(count <= size, "a read stays in its buffer", count, size);
            return parse(new String(bytes.array(), 0, count, US_ASCII), path);
        }
    }

    static String text(EpochHistory history) {
        StringBuilder text = new StringBuilder();
        text.append(VERSION).append('\n').append(history.size()).append('\n');
        for (int i = 0; i < history.size(); i++) {
            text.append(history.leaderEpoch(i)).append(' ')
                    .append(history.startOffset(i)).append('\n');
        }
        return text.toString();
    }

    static EpochHistory parse(String text, String path) throws CorruptFile {
        String[] lines = text.split("\n", -1);
        if (lines.length < 3 || !lines[0].equals(VERSION) || !lines[lines.length - 1].isEmpty()) {
            throw new CorruptFile(path + " is cut short or of an unknown version");
        }
        if (number(lines[1], path) != lines.length - 3) {
            throw new CorruptFile(path + " has not as many entries as it says");
        }
        EpochHistory history = EpochHistory.EMPTY;
        for (int i = 2; i < lines.length - 1; i++) {
            history = entry(history, lines[i], path);
        }
        return history;
    }

    private static EpochHistory entry(EpochHistory before, String line, String path)
            throws CorruptFile {
        int space = line.indexOf(' ');
        long leaderEpoch = number(line.substring(0, Math.max(0, space)), path);
        long startOffset = number(line.substring(space + 1), path);
        if (leaderEpoch <= before.latest() || leaderEpoch > Integer.MAX_VALUE) {
            throw new CorruptFile(path + " has epochs out of order");
        }
        EpochHistory after = before.assigned((int) leaderEpoch, startOffset);
        if (after.size() != before.size() + 1) {
            throw new CorruptFile(path + " has offsets out of order");
        }
        return after;
    }

    private static long number(String digits, String path) throws CorruptFile {
        try {
            long number = Long.parseLong(digits);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below, as a negative number is.
        }
        throw new CorruptFile(path + " has a line that is not a number: " + digits);
    }
}
