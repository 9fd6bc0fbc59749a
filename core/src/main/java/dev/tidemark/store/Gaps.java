package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// The offsets that one replay of the journal finds missing in logs: before any of these logs is
/// synced, where another replay would take it for whole, [LostOffsets] has them on disk.
///
/// Confined to the opening of the directory. Blocks.
final class Gaps {
    private final Disk disk;
    private final LostOffsets lost;
    /// Logs that lack what an earlier start did not know of.
    private final Set<String> logs = new TreeSet<>();
    private boolean unsaid;

    Gaps(Disk disk, LostOffsets lost) {
        this.disk = disk;
        this.lost = lost;
    }

    /// Of the log's offsets `[from, end)` are nowhere.
    void found(String log, Uuid topicId, long from, long end) {
        check(from < end, "a gap is a range", from, end);
        Marks.hit("replayed frame lies behind a gap");
        lost.add(log, topicId, from, end);
        logs.add(log);
        unsaid = true;
    }

    /// The log was cut back to `endOffset`, or is gone (0): what it lacked behind that is of no
    /// interest any more.
    void cut(String log, Uuid topicId, long endOffset) {
        check(endOffset >= 0, "a log is cut at an offset", endOffset);
        if (lost.cut(log, topicId, endOffset)) {
            Marks.hit("replay cuts a log below what it had lost");
            unsaid = true;
            if (lost.describe(log) == null) {
                logs.remove(log);
            }
        }
    }

    /// Makes all that is known durable.
    void say() throws IOException {
        if (unsaid) {
            unsaid = false;
            if (!logs.isEmpty()) {
                new DamageMark(disk).leave();
            }
            lost.write();
        }
    }

    /// Tells an operator, a line for each log.
    void describe(List<String> damages) {
        check(!unsaid, "what is told is on disk");
        logs.forEach(log -> damages.add("partition=" + log + " lost offsets="
                + lost.describe(log)));
    }
}
