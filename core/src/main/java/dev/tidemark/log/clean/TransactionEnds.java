package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.EndMarker;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How the transactions in a run of segments ended: which were aborted, and where the first begins
/// whose marker is not among them.
///
/// Confined to one cleaning. [#of] reads the headers of all batches.
final class TransactionEnds {
    /// The first offset of each producer's open transaction, while the segments are walked.
    private final Map<Long, Long> open = new HashMap<>();
    /// By producer, from the first offset of an aborted transaction to that of its marker.
    private final Map<Long, TreeMap<Long, Long>> aborted = new HashMap<>();
    private long firstUndecided = Long.MAX_VALUE;

    private TransactionEnds() {
    }

    static TransactionEnds of(List<Segment> segments) throws IOException {
        var ends = new TransactionEnds();
        for (Segment segment : segments) {
            var cursor = new BatchCursor(segment.file(), 0, segment.size(),
                    BatchCursor.LONG_READ);
            while (cursor.next()) {
                ends.add(segment, cursor);
            }
            Compaction.requireWhole(segment, cursor);
        }
        ends.open.values().forEach(first ->
                ends.firstUndecided = Math.min(ends.firstUndecided, first));
        return ends;
    }

    private void add(Segment segment, BatchCursor cursor) throws IOException {
        ByteBuffer buffer = cursor.buffer();
        if (!Batch.isTransactional(buffer, cursor.at())) {
            return;
        }
        long producerId = Batch.producerId(buffer, cursor.at());
        check(producerId >= 0, "a transaction has a producer", producerId);
        if (!Batch.isControl(buffer, cursor.at())) {
            open.putIfAbsent(producerId, cursor.baseOffset());
            return;
        }
        Compaction.whole(segment, cursor);
        Long first = open.remove(producerId);
        if (first != null && Batch.recordCount(cursor.buffer(), cursor.at()) > 0
                && EndMarker.isAbort(cursor.buffer(), cursor.at())) {
            check(first < cursor.baseOffset(), "a marker follows what it ends", first,
                    cursor.baseOffset());
            aborted.computeIfAbsent(producerId, id -> new TreeMap<>())
                    .put(first, cursor.baseOffset());
        }
    }

    /// Where the first transaction begins that has no marker yet.
    long firstUndecided() {
        return firstUndecided;
    }

    /// True if what the producer wrote there, in a transaction, does not count.
    boolean isAborted(long producerId, long offset) {
        TreeMap<Long, Long> mine = aborted.get(producerId);
        var last = mine == null ? null : mine.floorEntry(offset);
        return last != null && offset < last.getValue();
    }
}
