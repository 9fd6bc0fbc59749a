package dev.tidemark.log;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.Compaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// A log of random keys, values, tombstones and producers that is cleaned, and a plain model of it.
final class CleanedLog {
    static final Uuid TOPIC = new Uuid(1, 2);
    static final long NOW_MS = 1_000_000;
    static final long HORIZON_MS = 500;
    static final long MAP_BYTES = 1 << 20;
    /// What one key takes of the memory for keys.
    static final long KEY_BYTES = 24;
    static final LogConfig TINY = LogConfig.DEFAULTS
            .with(new LogConfig.Rolling(600, 604_800_000L, 0, 100, 1 << 20))
            .with(new LogConfig.Cleaning(true, 0, 0, Long.MAX_VALUE, HORIZON_MS));

    SimDisk disk;
    Log log;
    long checkpoint;
    /// All that was ever appended, by offset.
    final TreeMap<Long, Entry> appended = new TreeMap<>();
    final int[] sequences = new int[3];

    record Entry(String key, String value) {
    }

    void open(long seed) throws IOException {
        disk = new SimDisk(new Prng(seed));
        appended.clear();
        checkpoint = 0;
        Arrays.fill(sequences, 0);
        log = Log.open(disk, "t-0", TOPIC, TINY, LogCheckpoint.NEW);
    }

    /// As a new process finds it.
    void reopen(LogCheckpoint known) throws IOException {
        log = Log.open(disk, "t-0", TOPIC, TINY, known);
    }

    void append(Prng prng, int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            var records = new SimpleRecord[1 + prng.nextInt(4)];
            long offset = log.logEndOffset();
            for (int k = 0; k < records.length; k++) {
                String key = "key " + prng.nextInt(8);
                String value = prng.nextInt(5) == 0 ? null : "value " + (offset + k);
                records[k] = new SimpleRecord(NOW_MS - 10_000 + offset, bytes(key), bytes(value));
                appended.put(offset + k, new Entry(key, value));
            }
            log.append(TestBatches.of(batch(prng, offset, records)), NOW_MS);
        }
    }

    private MemoryRecords batch(Prng prng, long offset, SimpleRecord... records) {
        Compression codec = prng.nextInt(3) == 0 ? Compression.gzip().build() : Compression.NONE;
        int producer = prng.nextInt(sequences.length + 1);
        if (producer == sequences.length) {
            return MemoryRecords.withRecords(offset, codec, 0, records);
        }
        int sequence = sequences[producer];
        sequences[producer] += records.length;
        return MemoryRecords.withIdempotentRecords(offset, codec, 100 + producer, (short) 0,
                sequence, 0, records);
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    void settle() throws IOException {
        log.roll();
        Flush flush = log.prepareFlush();
        flush.run();
        log.flushed(flush);
    }

    void clean(long nowMs) throws IOException {
        clean(nowMs, MAP_BYTES);
    }

    void clean(long nowMs, long mapBytes) throws IOException {
        Cleanable range = log.cleanable(checkpoint, log.logEndOffset(), nowMs);
        Compaction compaction = log.compaction(range, mapBytes, nowMs);
        if (!compaction.map()) {
            return;
        }
        while (compaction.hasNext()) {
            CleanedSegment cleaned = compaction.copyNext();
            if (cleaned != null) {
                log.swap(cleaned).delete();
            }
        }
        checkpoint = compaction.endOffset();
    }

    TreeMap<Long, Entry> content() throws IOException {
        var content = new TreeMap<Long, Entry>();
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        long next = log.logStartOffset();
        while (next < end) {
            Slice slice = view.read(next, 1 << 20, end, true);
            if (slice == null) {
                break;
            }
            ByteBuffer bytes = ByteBuffer.allocate(slice.length());
            slice.file().read(bytes, slice.position());
            for (var batch : MemoryRecords.readableRecords(bytes.flip()).batches()) {
                batch.ensureValid();
                for (Record record : batch) {
                    content.put(record.offset(),
                            new Entry(text(record.key()), text(record.value())));
                }
                next = Math.max(next, batch.lastOffset() + 1);
            }
        }
        return content;
    }

    TreeMap<Long, Entry> latest(boolean tombstones) {
        Map<String, Long> last = new TreeMap<>();
        appended.forEach((offset, entry) -> last.put(entry.key, offset));
        var latest = new TreeMap<Long, Entry>();
        last.values().forEach(offset -> {
            if (tombstones || appended.get(offset).value != null) {
                latest.put(offset, appended.get(offset));
            }
        });
        return latest;
    }
}
