package dev.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.io.Slice;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/// What a log should hold: a plain list of batches.
final class LogModel {
    final List<ByteBuffer> batches = new ArrayList<>();
    long logStartOffset;

    long endOffset() {
        return batches.isEmpty() ? 0 : TestBatches.lastOffset(batches.getLast()) + 1;
    }

    void append(ByteBuffer batch) {
        batches.add(batch);
    }

    /// @return the offset up to which it holds batches now
    long truncateTo(long offset) {
        batches.removeIf(batch -> TestBatches.lastOffset(batch) >= offset);
        return endOffset();
    }

    /// True if cutting at `offset` would take what lies below the log's start.
    boolean splits(long offset) {
        int index = indexOf(offset);
        return index < batches.size()
                && Batch.baseOffset(batches.get(index), 0) < logStartOffset;
    }

    /// The first batch whose last offset is at least `offset`.
    private int indexOf(long offset) {
        int index = 0;
        while (index < batches.size() && TestBatches.lastOffset(batches.get(index)) < offset) {
            index++;
        }
        return index;
    }

    void assertRead(Log log, long from, int maxBytes, long end, boolean atLeastOne)
            throws IOException {
        Slice slice = log.view(end, end).read(from, maxBytes, end, atLeastOne);
        int index = indexOf(from);
        if (from == end) {
            assertThat(slice).isNull();
            return;
        }
        int first = batches.get(index).limit();
        if (first > maxBytes && !atLeastOne) {
            assertThat(slice).isNull();
            return;
        }
        assertThat(slice).as("read at %d", from).isNotNull();
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.file().read(bytes, slice.position());
        bytes.flip();
        assertThat(bytes.remaining()).isBetween(Math.min(first, maxBytes),
                Math.max(first, maxBytes));
        while (bytes.hasRemaining()) {
            assertThat(index).isLessThan(batches.size());
            ByteBuffer expected = batches.get(index++).duplicate();
            assertThat(Batch.baseOffset(expected, 0)).as("read passes the end").isLessThan(end);
            expected.limit(Math.min(expected.limit(), bytes.remaining()));
            assertThat(bytes.slice(bytes.position(), expected.limit())).isEqualTo(expected);
            bytes.position(bytes.position() + expected.limit());
        }
    }

    /// All that is served is as it was appended.
    void assertAll(Log log) throws IOException {
        assertThat(log.logEndOffset()).isEqualTo(endOffset());
        assertThat(log.logStartOffset()).isEqualTo(logStartOffset);
        for (ByteBuffer batch : batches) {
            long last = TestBatches.lastOffset(batch);
            if (last >= logStartOffset) {
                assertRead(log, Math.max(logStartOffset, Batch.baseOffset(batch, 0)), 1 << 20,
                        endOffset(), true);
                assertThat(log.leaderEpochs().epochOf(last))
                        .isEqualTo(Batch.leaderEpoch(batch, 0));
            }
        }
    }

    TimestampOffset first(long timestamp, long end) {
        for (ByteBuffer batch : batches) {
            for (Record record : records(batch)) {
                if (record.timestamp() >= timestamp && record.offset() >= logStartOffset
                        && record.offset() < end) {
                    return found(record, batch);
                }
            }
        }
        return null;
    }

    TimestampOffset newest() {
        TimestampOffset newest = null;
        for (ByteBuffer batch : batches) {
            for (Record record : records(batch)) {
                if (record.offset() >= logStartOffset
                        && (newest == null || record.timestamp() > newest.timestamp())) {
                    newest = found(record, batch);
                }
            }
        }
        return newest;
    }

    private static TimestampOffset found(Record record, ByteBuffer batch) {
        return new TimestampOffset(record.timestamp(), record.offset(),
                Batch.leaderEpoch(batch, 0));
    }

    private static Iterable<Record> records(ByteBuffer batch) {
        return MemoryRecords.readableRecords(batch.duplicate()).records();
    }
}
