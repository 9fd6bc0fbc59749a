package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;

/// The checkpoint of all logs of a data directory: `tidemark-checkpoint`, and beside it what Kafka
/// keeps in `recovery-point-offset-checkpoint` and `log-start-offset-checkpoint`.
///
/// Ours is what we read: unlike Kafka's it carries topic ids, so that it says nothing about
/// another topic of the same name, and a checksum. Text, one line per log.
///
/// Stateless; blocks.
final class CheckpointFile {
    static final String NAME = "tidemark-checkpoint";
    static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
    static final String LOG_STARTS = "log-start-offset-checkpoint";

    private static final String HEAD = "tidemark-checkpoint 1 ";
    private static final int COLUMNS = 4;

    private CheckpointFile() {
    }

    /// Replaces all three. Ours comes first: the others are for readers who know only Kafka's.
    static void write(Disk disk, Collection<LogState> logs) throws IOException {
        SortedMap<String, LogState> sorted = new TreeMap<>();
        logs.forEach(log -> sorted.put(log.name(), log));
        check(sorted.size() == logs.size(), "a log stands in a checkpoint once", sorted.size(),
                logs.size());
        StringBuilder body = new StringBuilder();
        StringBuilder recoveryPoints = new StringBuilder("0\n" + logs.size() + "\n");
        StringBuilder logStarts = new StringBuilder("0\n" + logs.size() + "\n");
        for (LogState log : sorted.values()) {
            body.append(log.topicId()).append(' ').append(log.logStartOffset()).append(' ')
                    .append(log.recoveryPoint()).append(' ').append(log.name()).append('\n');
            int dash = log.name().lastIndexOf('-');
            String partition = log.name().substring(0, Math.max(0, dash)) + " "
                    + log.name().substring(dash + 1) + " ";
            recoveryPoints.append(partition).append(log.recoveryPoint()).append('\n');
            logStarts.append(partition).append(log.logStartOffset()).append('\n');
        }
        AtomicFile.write(disk, NAME, HEAD + crc(body.toString()) + "\n" + body);
        AtomicFile.write(disk, RECOVERY_POINTS, recoveryPoints.toString());
        AtomicFile.write(disk, LOG_STARTS, logStarts.toString());
    }

    /// Reads ours.
    ///
    /// @return null if it is missing or damaged: then every log is to be scanned, and none cut by
    ///     what an older checkpoint may have said
    /// A newer format has another checksum than this one has of its lines: so a bit that flips in
    /// the format's number is damage, and is no reason to refuse the start.
    ///
    /// @throws IOException if it is of a newer format
    static List<LogState> read(Disk disk) throws IOException {
        String text = AtomicFile.read(disk, NAME);
        int bodyAt = text == null ? 0 : text.indexOf('\n') + 1;
        if (bodyAt == 0) {
            return null;
        }
        String head = text.substring(0, bodyAt - 1);
        String body = text.substring(bodyAt);
        if (!head.equals(HEAD + crc(body))) {
            if (!head.endsWith(" " + crc(body))) {
                refuseNewer(head);
            }
            Marks.hit("checkpoint file is damaged");
            return null;
        }
        List<LogState> logs = new ArrayList<>();
        for (String line : body.lines().toList()) {
            String[] columns = line.split(" ", COLUMNS);
            check(columns.length == COLUMNS, "a line that its checksum holds is whole",
                    columns.length);
            logs.add(new LogState(columns[3], Uuid.fromString(columns[0]),
                    Long.parseLong(columns[1]), Long.parseLong(columns[2])));
        }
        return logs;
    }

    private static void refuseNewer(String head) throws IOException {
        if (head.matches("tidemark-checkpoint ([2-9]|[1-9][0-9]+) [0-9a-f]{8}.*")) {
            throw new IOException("checkpoint is of a newer format: " + head);
        }
    }

    /// The checksum of such a file's lines, in eight hexadecimal digits.
    static String crc(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        String hex = Long.toHexString(crc.getValue());
        return "0".repeat(8 - hex.length()) + hex;
    }
}
