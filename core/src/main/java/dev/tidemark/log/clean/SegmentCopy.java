package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.SegmentNames;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/// Copies a run of segments into one, through a filter, under names that end in `.cleaned`.
///
/// Used once, off the loop. Blocks.
final class SegmentCopy {
    private static final int OUTPUT_BYTES = 1 << 16;
    private static final long ALL_BOUNDARIES = Long.MAX_VALUE;

    private final Disk disk;
    private final String directory;
    private final int indexIntervalBytes;
    private final CleaningFilter filter;
    private final ByteBuffer[] single = new ByteBuffer[1];
    private ByteBuffer output = ByteBuffer.allocate(OUTPUT_BYTES);
    private boolean changed;

    SegmentCopy(Disk disk, String directory, int indexIntervalBytes, CleaningFilter filter) {
        this.disk = disk;
        this.directory = directory;
        this.indexIntervalBytes = indexIntervalBytes;
        this.filter = filter;
    }

    /// @return null if the copy is its only source again, and was thrown away
    CleanedSegment copy(List<Segment> sources) throws IOException {
        long base = sources.getFirst().baseOffset();
        deleteFiles(base);
        Segment target = Segment.createCleaned(disk, directory, base);
        changed = sources.size() > 1;
        for (int i = 0; i < sources.size(); i++) {
            copy(sources.get(i), target, i == sources.size() - 1);
        }
        long bytes = target.size();
        target.seal();
        if (!changed || bytes == 0) {
            Marks.hit("cleaning left a segment as it was");
            target.close();
            deleteFiles(base);
            return null;
        }
        target.writeAll();
        target.close();
        disk.syncDirectory(directory);
        return new CleanedSegment(sources, bytes);
    }

    private void deleteFiles(long base) throws IOException {
        for (String kind : SegmentNames.CLEANED_KINDS) {
            disk.delete(SegmentNames.path(directory, base, kind) + SegmentNames.CLEANED);
        }
    }

    private void copy(Segment source, Segment target, boolean last) throws IOException {
        int size = source.size();
        var cursor = new BatchCursor(source.file(), 0, size, BatchCursor.LONG_READ);
        while (cursor.next()) {
            boolean ends = last && cursor.nextPosition() == size;
            filter.keepEnd(ends ? cursor.lastOffset() : -1);
            MemoryRecords batch = Compaction.whole(source, cursor);
            ByteBuffer kept = batch.filterTo(filter, output.clear(), BufferSupplier.NO_CACHING,
                    Integer.MAX_VALUE).outputBuffer().flip();
            changed |= !kept.equals(batch.buffer());
            check(!ends || kept.hasRemaining(), "a segment keeps its last batch",
                    cursor.position());
            if (kept.hasRemaining()) {
                append(target, kept);
            }
            output = kept;
        }
        Compaction.requireWhole(source, cursor);
    }

    private void append(Segment target, ByteBuffer batch) throws IOException {
        int at = batch.position();
        check(Batch.sizeInBytes(batch, at) == batch.remaining(), "a batch is copied at a time",
                batch.remaining());
        single[0] = batch;
        target.write(single, 0, 1);
        target.appended(batch, at, indexIntervalBytes, ALL_BOUNDARIES, -1);
    }
}
