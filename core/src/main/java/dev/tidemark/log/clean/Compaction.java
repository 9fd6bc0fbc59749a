package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/// One cleaning of a log: keeps of each key only the latest record, at its old offset.
///
/// Prepared on the log's loop. Then, off the loop, [#map] goes over the dirty part and notes the
/// latest offset of each key, and [#copyNext] copies one group of neighbouring segments after the
/// other without what is outdated; each is handed to `Log.swap` on the loop before the next is
/// made. Small neighbours become one segment. Given up at any moment, it leaves a log that is
/// whole.
///
/// Blocks. One caller at a time.
public final class Compaction {
    private final Disk disk;
    private final String directory;
    private final List<Segment> segments;
    private final CleaningPlan plan;
    private final long nowMs;
    private final long[] lastOfProducers;
    private OffsetMap latest;
    private TransactionEnds ends;
    private long workedBytes;
    private CleaningFilter filter;
    private long end;
    private int next;

    /// @param segments those below `plan.end()`, sealed and synced, their files open
    /// @param lastOfProducers each active producer's last offset, sorted
    public Compaction(LogFiles files, List<Segment> segments, long[] lastOfProducers,
            CleaningPlan plan, long nowMs) {
        this.disk = files.disk();
        this.directory = files.directory();
        this.segments = segments;
        this.plan = plan;
        this.lastOfProducers = lastOfProducers;
        this.nowMs = nowMs;
        this.end = plan.end();
    }

    /// The first dirty offset after this cleaning. Known after [#map].
    public long endOffset() {
        return end;
    }

    /// Notes the latest offset of each key, as far as memory reaches.
    ///
    /// @return false if nothing can be cleaned
    public boolean map() throws IOException {
        long records = plan.end() - plan.firstDirty();
        latest = new OffsetMap(Math.clamp(records, 1, OffsetMap.keysIn(plan.mapBytes())));
        for (int i = 0; i < segments.size() && end == plan.end(); i++) {
            if (i + 1 == segments.size()
                    || segments.get(i + 1).baseOffset() > plan.firstDirty()) {
                mapSegment(segments.get(i));
            }
        }
        check(end >= plan.firstDirty(), "a cleaning goes forwards", end, plan.firstDirty());
        filter = new CleaningFilter(latest, ends, lastOfProducers, nowMs,
                plan.deleteRetentionMs());
        return end > plan.firstDirty();
    }

    private void mapSegment(Segment segment) throws IOException {
        workedBytes += segment.size();
        var cursor = new BatchCursor(segment.file(), 0, segment.size(), BatchCursor.LONG_READ);
        while (cursor.next()) {
            if (cursor.lastOffset() < plan.firstDirty()
                    || Batch.isControl(cursor.buffer(), cursor.at())) {
                continue;
            }
            if (isAborted(cursor)) {
                continue;
            }
            if (isUndecided(cursor)
                    || !hasRoom(Batch.recordCount(cursor.buffer(), cursor.at()))) {
                Marks.hit("cleaning ends before the dirty part does");
                end = Math.max(plan.firstDirty(), cursor.baseOffset());
                return;
            }
            mapBatch(whole(segment, cursor));
        }
        requireWhole(segment, cursor);
    }

    private boolean isAborted(BatchCursor cursor) throws IOException {
        return Batch.isTransactional(cursor.buffer(), cursor.at()) && ends().isAborted(
                Batch.producerId(cursor.buffer(), cursor.at()), cursor.baseOffset());
    }

    private boolean isUndecided(BatchCursor cursor) throws IOException {
        return Batch.isTransactional(cursor.buffer(), cursor.at())
                && cursor.lastOffset() >= ends().firstUndecided();
    }

    /// Looked for where a transaction is met: most logs have none.
    private TransactionEnds ends() throws IOException {
        if (ends == null) {
            ends = TransactionEnds.of(segments);
            for (Segment segment : segments) {
                workedBytes += segment.size();
            }
        }
        return ends;
    }

    /// Bytes read and written so far. To be asked between two steps.
    public long workedBytes() {
        return workedBytes;
    }

    private boolean hasRoom(int records) {
        if (latest.count() == 0 && !latest.hasRoomFor(records)) {
            // One batch must fit, or the cleaning would stop here for ever.
            latest = new OffsetMap(records);
        }
        return latest.hasRoomFor(records);
    }

    private void mapBatch(MemoryRecords bytes) {
        for (MutableRecordBatch batch : bytes.batches()) {
            for (Record record : batch) {
                if (record.hasKey()) {
                    latest.put(record.key(), record.offset());
                }
            }
        }
    }

    /// True if another group waits to be copied.
    public boolean hasNext() {
        return next < segments.size() && segments.get(next).baseOffset() < end;
    }

    /// Copies the next group.
    ///
    /// @return what takes its place; null if nothing of it changes
    public CleanedSegment copyNext() throws IOException {
        check(hasNext() && filter != null, "a group waits to be copied", next);
        int first = next;
        next = groupEnd(first);
        List<Segment> sources = new ArrayList<>(segments.subList(first, next));
        CleanedSegment cleaned = new SegmentCopy(disk, directory,
                plan.indexIntervalBytes(), filter).copy(sources);
        for (Segment source : sources) {
            workedBytes += source.size();
        }
        workedBytes += cleaned == null ? 0 : cleaned.bytes();
        return cleaned;
    }

    /// The longest run of segments that is no larger than one may be.
    private int groupEnd(int first) throws IOException {
        long bytes = segments.get(first).size();
        long entryBytes = segments.get(first).indexBytes();
        int last = first + 1;
        while (last < segments.size() && segments.get(last).baseOffset() < end) {
            bytes += segments.get(last).size();
            entryBytes += segments.get(last).indexBytes();
            long nextBase = last + 1 < segments.size() ? segments.get(last + 1).baseOffset()
                    : plan.end();
            if (bytes > plan.segmentBytes() || entryBytes > plan.indexBytes()
                    || nextBase - segments.get(first).baseOffset() > Integer.MAX_VALUE) {
                break;
            }
            last++;
        }
        check(last > first, "a group holds a segment", first, last);
        return last;
    }

    /// The batch at the cursor, its checksum proven.
    static MemoryRecords whole(Segment segment, BatchCursor cursor) throws IOException {
        if (!cursor.readWhole() || !Batch.crcValid(cursor.buffer(), cursor.at())) {
            throw segment.corrupt("no valid batch at position " + cursor.position());
        }
        int size = Batch.sizeInBytes(cursor.buffer(), cursor.at());
        ByteBuffer bytes = cursor.buffer().slice(cursor.at(), size);
        return MemoryRecords.readableRecords(bytes);
    }

    static void requireWhole(Segment segment, BatchCursor cursor) throws IOException {
        if (cursor.isTorn()) {
            throw segment.corrupt("no batch at position " + cursor.position());
        }
    }
}
