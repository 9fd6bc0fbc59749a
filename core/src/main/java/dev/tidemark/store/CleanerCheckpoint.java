package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Where the last cleaning of each compacted log ended: Kafka's `cleaner-offset-checkpoint`.
///
/// It may be lost or be too old at any time: then more is cleaned than must be.
///
/// For any thread, but [#write], of which one runs at a time.
final class CleanerCheckpoint {
    static final String NAME = "cleaner-offset-checkpoint";

    private static final int HEAD_LINES = 2;
    private static final String LINE = "[^ ]+ [0-9]{1,9} [0-9]{1,18}";

    private final Disk disk;
    private final Map<String, Long> ends = new ConcurrentHashMap<>();

    private CleanerCheckpoint(Disk disk) {
        this.disk = disk;
    }

    /// Reads the file; lines that are none are left out.
    static CleanerCheckpoint read(Disk disk) throws IOException {
        var checkpoint = new CleanerCheckpoint(disk);
        String text = AtomicFile.read(disk, NAME);
        if (text != null) {
            text.lines().skip(HEAD_LINES).forEach(checkpoint::add);
        }
        return checkpoint;
    }

    private void add(String line) {
        if (!line.matches(LINE)) {
            return;
        }
        String[] words = line.split(" ", -1);
        ends.put(words[0] + "-" + words[1], Long.parseLong(words[2]));
    }

    /// Where the log's last cleaning ended; 0 if that is not known.
    long endOf(String log) {
        return ends.getOrDefault(log, 0L);
    }

    void put(String log, long endOffset) {
        check(endOffset >= 0, "a cleaning ends at an offset", endOffset);
        check(log.lastIndexOf('-') > 0, "a log is named by topic and partition");
        ends.put(log, endOffset);
    }

    void remove(String log) {
        ends.remove(log);
    }

    /// Replaces the file. Blocks.
    void write() throws IOException {
        Map<String, Long> sorted = new TreeMap<>(ends);
        var text = new StringBuilder("0\n" + sorted.size() + "\n");
        sorted.forEach((log, endOffset) -> {
            int dash = log.lastIndexOf('-');
            text.append(log, 0, dash).append(' ').append(log, dash + 1, log.length())
                    .append(' ').append(endOffset).append('\n');
        });
        AtomicFile.write(disk, NAME, text.toString());
    }
}
