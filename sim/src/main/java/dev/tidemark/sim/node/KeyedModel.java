package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What a cleaned partition must be, as clients know it: each record stands at one offset for ever,
/// and the last of each key is there. Earlier ones may be there or not; a tombstone may go when its
/// time is over, and then nothing of its key is left before it.
final class KeyedModel {
    private final String name;
    private final boolean mayForget;
    private final long tombstonesLastMs;
    private final Map<Long, KeyedRecord> sent = new HashMap<>();
    private final Map<Long, KeyedRecord> placed = new HashMap<>();
    private final TreeMap<String, KeyedRecord> last = new TreeMap<>();
    private long highWatermark;

    /// @param mayForget true if records may also go because they are old
    /// @param tombstonesLastMs how long a tombstone stays at least
    KeyedModel(String name, boolean mayForget, long tombstonesLastMs) {
        this.name = name;
        this.mayForget = mayForget;
        this.tombstonesLastMs = tombstonesLastMs;
    }

    /// One reading of the whole log.
    ///
    /// @param expected the model's [#expected] before it began
    /// @param tookMs world time from its begin to its end
    record Reading(Map<String, KeyedRecord> expected, long startOffset, long endOffset,
            List<KeyedRecord.Found> records, long tookMs) {
    }

    void sending(KeyedRecord record) {
        require(sent.putIfAbsent(record.number, record) == null, "simulated records differ");
    }

    /// The records stand there, one behind the other, and will.
    void acknowledged(List<KeyedRecord> batch, long baseOffset) {
        for (int i = 0; i < batch.size(); i++) {
            place(batch.get(i), baseOffset + i);
        }
        highWatermark = Math.max(highWatermark, baseOffset + batch.size());
    }

    /// The last of each key, as far as anyone knows.
    Map<String, KeyedRecord> expected() {
        return new TreeMap<>(last);
    }

    private void place(KeyedRecord record, long offset) {
        if (record.offset == KeyedRecord.NOWHERE) {
            KeyedRecord other = placed.put(offset, record);
            require(other == null, "offsets are given once", "log", name, "record", record,
                    "other", other, "offset", offset);
            require(offset < record.ceiling, "what a crash has taken stays away", "log", name,
                    "record", record, "offset", offset, "end", record.ceiling);
            record.offset = offset;
            last.merge(record.key, record, (one, two) -> one.offset > two.offset ? one : two);
        }
        require(record.offset == offset, "a record stands at one place", "log", name, "record",
                record, "also", offset);
    }

    /// @param nowMs world time
    /// @param clockHolds false if calendars jump, so that nobody knows when a tombstone may go
    void read(Reading reading, long nowMs, boolean clockHolds) {
        require(reading.endOffset >= highWatermark, "the high watermark does not go back", "log",
                name, "from", highWatermark, "to", reading.endOffset);
        require(mayForget || reading.startOffset == 0, "a cleaned log keeps its start", "log",
                name, "start", reading.startOffset);
        highWatermark = reading.endOffset;
        Set<Long> there = new HashSet<>();
        Map<String, Long> ends = new HashMap<>();
        Map<String, Long> begins = new HashMap<>();
        Map<Integer, Long> orders = new HashMap<>();
        long next = reading.startOffset;
        for (KeyedRecord.Found found : reading.records) {
            require(found.offset() >= next, "offsets ascend", "log", name, "offset",
                    found.offset(), "expected", next);
            next = found.offset() + 1;
            KeyedRecord known = sent.get(found.number());
            require(known != null && known.is(found), "what is read was sent", "log", name,
                    "offset", found.offset(), "number", found.number());
            place(known, found.offset());
            Long before = orders.put(known.life, known.number);
            require(before == null || before < known.number, "a stream's order is kept", "log",
                    name, "first", before, "then", known);
            there.add(found.offset());
            begins.putIfAbsent(known.key, found.offset());
            ends.put(known.key, found.offset());
        }
        reading.expected.values().stream()
                .filter(record -> record.offset >= reading.startOffset)
                .filter(record -> !there.contains(record.offset))
                .filter(record -> ends.getOrDefault(record.key, -1L) < record.offset)
                .forEach(record -> missing(record, begins.get(record.key), reading,
                        !clockHolds || nowMs - record.sentMs >= tombstonesLastMs));
    }

    /// @param begin where the first record of the key was found; null if none was
    private void missing(KeyedRecord record, Long begin, Reading reading, boolean isOver) {
        boolean deletedLater = sent.values().stream().anyMatch(other ->
                other.key.equals(record.key) && other.isTombstone()
                        && other.offset == KeyedRecord.NOWHERE);
        require(deletedLater || (record.isTombstone() && isOver),
                "the last value of a key is kept", "log", name, "record", record, "start",
                reading.startOffset, "end", reading.endOffset);
        require(begin == null || reading.tookMs >= tombstonesLastMs,
                "what was deleted does not come back", "log", name, "record", record,
                "earlier", begin);
    }

    /// A process has started, and what it has not found of what was sent before is gone, or
    /// was cleaned away.
    void recovered(long endOffset) {
        for (KeyedRecord record : sent.values()) {
            if (record.offset == KeyedRecord.NOWHERE) {
                record.ceiling = Math.min(record.ceiling, endOffset);
            }
        }
    }
}
