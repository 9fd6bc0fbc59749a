package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;

/// The offsets that logs lack in their middle: recovery found them in no segment and not in the
/// journal, and kept what lies behind them.
///
/// A replica must not be taken for whole because of its end, also after further crashes: so these
/// stand in a file until the log is cut below them, or starts behind them.
///
/// For any thread, but [#write], of which one runs at a time.
final class LostOffsets {
    static final String NAME = "tidemark-lost-offsets";

    private static final String HEAD = "tidemark-lost-offsets 1 ";
    private static final String LINE = "[^ ]+ [0-9]{1,18} [0-9]{1,18} [^ ]+";
    private static final int COLUMNS = 4;

    private final Disk disk;
    private final Map<String, Holes> holes = new ConcurrentHashMap<>();

    /// Offsets that are not there, in `[from, end)`.
    private record Range(long from, long end) {
        Range {
            check(from >= 0 && from < end, "what is lost is a range", from, end);
        }

        @Override
        public String toString() {
            return "[" + from + "," + end + ")";
        }
    }

    /// Those of one log, as long as its name is this topic's.
    private record Holes(Uuid topicId, List<Range> ranges) {
    }

    private LostOffsets(Disk disk) {
        this.disk = disk;
    }

    /// Reads the file. One that is damaged says nothing: the logs are read as they are.
    static LostOffsets read(Disk disk, Trace trace) throws IOException {
        var lost = new LostOffsets(disk);
        String text = AtomicFile.read(disk, NAME);
        if (text != null && !lost.take(text)) {
            Marks.hit("file of lost offsets is damaged");
            trace.warn("file=" + NAME + " is damaged: of logs with holes nothing is known");
        }
        return lost;
    }

    private boolean take(String text) throws IOException {
        int bodyAt = text.indexOf('\n') + 1;
        String head = text.substring(0, Math.max(0, bodyAt - 1));
        String body = text.substring(bodyAt);
        String crc = CheckpointFile.crc(body);
        if (!head.equals(HEAD + crc)) {
            if (head.matches("tidemark-lost-offsets [0-9]+ " + crc)) {
                throw new IOException(NAME + " is of a newer format: " + head);
            }
            return false;
        }
        body.lines().filter(line -> line.matches(LINE)).forEach(line -> {
            String[] words = line.split(" ", COLUMNS);
            add(words[3], Uuid.fromString(words[0]), Long.parseLong(words[1]),
                    Long.parseLong(words[2]));
        });
        return true;
    }

    /// The log lacks `[from, end)`.
    void add(String log, Uuid topicId, long from, long end) {
        check(DirNames.isLog(log), "a log lacks something");
        var range = new Range(from, end);
        holes.compute(log, (name, known) -> {
            List<Range> ranges = new ArrayList<>();
            if (known != null && known.topicId.equals(topicId)) {
                ranges.addAll(known.ranges);
            }
            if (!ranges.contains(range)) {
                ranges.add(range);
            }
            return new Holes(topicId, List.copyOf(ranges));
        });
    }

    /// The first offset that the log lacks. One that begins where a hole ends has lost its
    /// beginning, perhaps.
    ///
    /// @return [LogOpening#NOTHING_LOST] if it lacks none
    long firstOf(String log, Uuid topicId, long logStartOffset) {
        check(logStartOffset >= 0, "a log starts at an offset", logStartOffset);
        long first = LogOpening.NOTHING_LOST;
        Holes found = holes.get(log);
        if (found != null && found.topicId.equals(topicId)) {
            for (Range range : found.ranges) {
                if (range.end >= logStartOffset) {
                    first = Math.min(first, range.end == logStartOffset ? range.from
                            : Math.max(range.from, logStartOffset));
                }
            }
        }
        return first;
    }

    /// What the log lacks, for an operator; null if that is nothing.
    String describe(String log) {
        Holes found = holes.get(log);
        if (found == null) {
            return null;
        }
        var text = new StringBuilder();
        found.ranges.forEach(range -> text.append(text.isEmpty() ? "" : ",").append(range));
        return text.toString();
    }

    /// The log holds nothing from `endOffset` on, for now: what it takes there is sound.
    ///
    /// @return true if that ends a hole
    boolean cut(String log, Uuid topicId, long endOffset) {
        check(endOffset >= 0, "a log is cut at an offset", endOffset);
        Holes before = holes.get(log);
        return before != null && before.topicId.equals(topicId)
                && keep(log, before, range -> range.from < endOffset);
    }

    /// Leaves out what is no hole any more: of logs that begin behind it, or are gone.
    ///
    /// @param states where the logs begin, by name
    /// @return true if there was any
    boolean prune(Map<String, LogState> states) {
        boolean some = false;
        for (Map.Entry<String, Holes> entry : holes.entrySet()) {
            LogState state = states.get(entry.getKey());
            boolean gone = state == null || !state.topicId().equals(entry.getValue().topicId);
            some |= keep(entry.getKey(), entry.getValue(),
                    range -> !gone && range.end >= state.logStartOffset());
        }
        return some;
    }

    private boolean keep(String log, Holes before, Predicate<Range> which) {
        List<Range> left = before.ranges.stream().filter(which).toList();
        if (left.isEmpty()) {
            holes.remove(log);
        } else {
            holes.put(log, new Holes(before.topicId, left));
        }
        return left.size() < before.ranges.size();
    }

    /// Replaces the file, or takes it away. Blocks.
    void write() throws IOException {
        var body = new StringBuilder();
        new TreeMap<>(holes).forEach((log, of) -> of.ranges.forEach(range ->
                body.append(of.topicId).append(' ').append(range.from).append(' ')
                        .append(range.end).append(' ').append(log).append('\n')));
        if (!body.isEmpty()) {
            AtomicFile.write(disk, NAME,
                    HEAD + CheckpointFile.crc(body.toString()) + "\n" + body);
        } else if (disk.exists(NAME)) {
            disk.delete(NAME);
            disk.syncDirectory("");
        }
    }
}
